// Sheets as they lie about: each has one peculiarity. Markets and prices are made up.

/** The operator's own form: notes above, a quoted newline in the header, $US, n/a, notes below. */
export const asPublished = `"Rate card, in effect from July 1"
Prices are per delivered message and do not include taxes
,,,,,,
Market,Currency,Marketing,Utility,Authentication,"Authentication-
International",Service
Brazil,$US,0.0625,0.0068,0.0068,n/a,n/a
India,$US,0.0107,0.0014,0.0014,0.0280,n/a
Rest of Africa,$US,0.0225,0.0040,0.0040,n/a,n/a
Other,$US,0.0604,0.0077,0.0077,n/a,n/a

* Authentication-international holds in chosen markets only.
"Note: "" Other "" is every market without a row of its own."
`;

/** A German spreadsheet's CSV: BOM, CRLF, semicolons, decimal commas, and empty cells where there is no price. */
export const german = '\ufeffMarket;Currency;Marketing;Utility;Authentication;Service\r\nDeutschland;EUR;0,1131;0,0456;0,0456;\r\nÖsterreich;EUR;1,234;0,05;0,05;-\r\nOther;EUR;0,0501;0,0064;0,0064;\r\n';

/** Pasted from a web page: tabs, the sign beside each price, the currency in the header, footnote marks on markets. */
export const pasted = 'Country / Region\tMarketing rate (USD)\tUtility rate (USD)\tAuthentication rate (USD)\nFrance*\t$0.0859\t$0.0300\t$0.0300\nAll other countries\t$0.0604\t$0.0077\t$0.0077\n';

/** No column for the currency: a line above says it. */
export const currencyAbove = 'Price list\nCurrency: US$\nMarket,Marketing,Utility\nChile,.0889,0.02\nOther,0.0604,0.0077\n';

/** Large amounts of a currency without cents, thousands grouped. */
export const rupiah = 'Market,Currency,Marketing,Utility,Authentication\nIndonesia,IDR,586.33,356.65,"1,356.65"\nOther,Rp,"1,016",129.5,129.5\n';

/** Columns in another order, one more that is no price, an empty one, separators to the right of the last. */
export const reordered = 'Utility,Market,Country code,,Currency,Marketing\n0.02,Chile,56,,USD,0.0889,,\n0.0077,Other,,,usd,0.0604\n';

/** Blanks before quotes, quotes inside cells, a market on two lines. */
export const loosely = 'Market, "Currency", "Marketing"\n"Rest of\nLatin America", "USD", 0.0740\nCote d"Ivoire, USD, "0.02"\nOthers, USD, 0.0604\n';

/** Every way to say that there is no price, beside a zero, which is one. */
export const withoutPrices = 'Market,Currency,Marketing,Utility,Authentication,Auth-Intl,Service\nEgypt,USD,N/A,n/a,-,–,0\nOther,USD,0.0604,,NA,n.a.,0.0000000\n';

/** Tiers one below the other: a band in one cell, market and currency in merged cells. */
export const tiersOneCell = `Volume tiers, per market and month
Market,Currency,Category,Volume tier,Rate
India,$US,Utility,0:25000000,0.0014
,,,25000001:50000000,0.0012
,,,50000001:MAX,0.0010
,,Authentication,1:750000,0.0014
,,,"750,001:MAX",0.0011
Other,$US,Utility,1:MAX,0.0077
`;

/** Tiers with a column for each category, bounds in two columns, not in order, and a market without tiers of one kind. */
export const tiersWide = 'Market;Currency;From;To;Utility;Authentication\nBrasil;EUR;100.001;;0,0050;n/a\nBrasil;EUR;1;100.000;0,0060;n/a\nOther;EUR;1;MAX;0,0077;0,0080\n';

const head = 'Market,Currency,Marketing,Utility\n';

/** What cannot be read: the sheet, and all that is said of it. */
export const broken: readonly (readonly [what: string, sheet: string, said: string])[] = [
  ['no header', 'Land,Preis\nChile,0.02\n', 'line 1, column 1: "Land,Preis": no line of this file is the header of a rate card. Fix: the header needs a column Market and at least one of Marketing, Utility, Authentication, Authentication-International, Service, Rate, with commas, semicolons or tabs between them.'],
  ['the dollar sign alone', 'Market,Currency,Marketing\nOther,$,0.06\n', 'line 2, column 7: "$": this sign is used by more than one currency. Fix: write the code, such as USD, AUD, CAD or MXN.'],
  ['two currencies', `${head}Chile,USD,0.08,0.02\nOther,EUR,0.06,0.01\n`, 'line 3, column 7: "EUR": the currency is USD elsewhere on the sheet. Fix: put each currency into a file of its own.'],
  ['no currency', 'Market,Marketing\nOther,0.06\n', 'line 1, column 1: "Market": nothing says which currency the prices are in. Fix: add a column Currency, or say it: --currency USD.'],
  ['a word for a price', `${head}Chile,USD,see below,free\nOther,USD,0.06,0.01\n`, 'line 2, column 11: "see below": this is not a price. Fix: write a number in USD such as 0.0618, or n/a where there is no price.\nline 2, column 21: "free": this is not a price. Fix: write 0 where a message is free, and n/a where there is no price.'],
  ['a number that may be thousands', 'Market;Currency;Marketing\nChile;CLP;1,234\nOther;CLP;12\n', 'line 2, column 11: "1,234": this could be a decimal number or thousands, and no other price on the sheet shows which. Fix: write it as 1.2340, or as 1234.'],
  ['points and commas for decimals', 'Market;Currency;Marketing\nChile;USD;0.0889\nOther;USD;0,06\n', 'line 3, column 11: "0,06": this has a decimal comma, and "0.0889" in line 2 has a decimal point. Fix: write all prices of the sheet in one way, such as 0.0618.'],
  ['a negative price', `${head}Chile,USD,-0.08,0.02\nOther,USD,0.06,0.01\n`, 'line 2, column 11: "-0.08": a price cannot be negative. Fix: write the price, 0 where it is free, or n/a where there is none.'],
  ['an exponent', `${head}Chile,USD,0.08,8E-04\nOther,USD,0.06,0.01\n`, 'line 2, column 16: "8E-04": a number with an exponent may have lost digits. Fix: give the column a number format in the spreadsheet, and save it again.'],
  ['finer than a micro', `${head}Chile,USD,0.08,0.0000008\nOther,USD,0.06,0.01\n`, 'line 2, column 16: "0.0000008": a price has at most six decimals. Fix: see whether the sheet gives prices per message, and round the price there if it is meant so.'],
  ['an error of the spreadsheet', `${head}Chile,USD,#N/A,0.02\nOther,USD,0.06,0.01\n`, 'line 2, column 11: "#N/A": this is not a price. Fix: this is an error of the spreadsheet: repair it there, or write n/a.'],
  ['another currency beside a price', `${head}Chile,USD,€0.08,0.02\nOther,USD,0.06,0.01\n`, 'line 2, column 11: "€0.08": this is not a price. Fix: write a number in USD such as 0.0618, or n/a where there is no price.'],
  ['a market twice', `${head}Chile,USD,0.08,0.02\nCHILE,USD,0.08,0.02\nOther,USD,0.06,0.01\n`, 'line 3, column 1: "CHILE": this market stands in line 2 too. Fix: leave one of the two rows out.'],
  ['a text where a market should be', `${head}Everything else that is not named above is priced by hand and by mail,USD,0.06,0.01\nOther,USD,0.06,0.01\n`, 'line 2, column 1: "Everything else that is not named above is priced by hand an…": a market\'s name has at most 64 characters. Fix: shorten it; a note belongs below the last market.'],
  ['no fallback market', `${head}Chile,USD,0.08,0.02\n`, 'line 1, column 1: "Market": no row is Other, the market of all that the card does not name. Fix: add a row Other; n/a prices in it leave such messages unpriced.'],
  ['an unknown column', 'Market,Currency,Marketing,Marketing Lite\nOther,USD,0.06,0.05\n', 'line 1, column 27: "Marketing Lite": this column is none that a rate card has. Fix: rename it, or leave it out on purpose: --ignore-column "Marketing Lite".'],
  ['a word in brackets that is a currency’s code too', '\ufeffMarket,Currency,Utility,Marketing (all)\nOther,USD,0.01,0.06\n', 'line 1, column 25: "Marketing (all)": this column is none that a rate card has. Fix: rename it, or leave it out on purpose: --ignore-column "Marketing (all)".'],
  ['a column twice', 'Market,Currency,Utility,Utility price\nOther,USD,0.06,0.05\n', 'line 1, column 25: "Utility price": this column and "Utility" are the same. Fix: leave one of them out.'],
  ['a last row that is cut off', `${head}Other,USD,0.06,0.01\nChile,USD,0.0\n`, 'line 3, column 1: "Chile": the row ends after 3 of 4 cells. Fix: write n/a where there is no price; a note belongs below the last market.'],
  ['a name without prices at the end', `${head}Other,USD,0.06,0.01\nRest of Western Europe\n`, 'line 3, column 1: "Rest of Western Europe": the row ends after 1 of 4 cells. Fix: write n/a where there is no price; a note belongs below the last market.'],
  ['a row that is too long', 'Market,Currency,Marketing\nOther,USD,0,06\n', 'line 2, column 13: "06": the row has 4 cells, and the header 3. Fix: put quotes around a text with a separator in it.'],
  ['a second table', `${head}Other,USD,0.06,0.01\n${head}Other,USD,0.06,0.01\n`, 'line 3, column 1: "Market": a second header begins here. Fix: put each table into a file of its own.'],
  ['a quote that is not closed', 'Market,Currency,Marketing\n"Chile,USD,0.08\nOther,USD,0.06\n', 'line 2, column 1: "": this quote is never closed. Fix: close or remove the quote there, or save the sheet again as CSV.'],
  ['another encoding', `${head}C\ufffdte,USD,0.06,0.01\n`, 'line 2, column 2: "\ufffd": this character is not UTF-8. Fix: save the sheet again as "CSV UTF-8".'],
  ['nothing at all', '', 'line 1, column 1: "": no line of this file is the header of a rate card. Fix: the header needs a column Market and at least one of Marketing, Utility, Authentication, Authentication-International, Service, Rate, with commas, semicolons or tabs between them.'],
  ['a header alone', head, 'line 1, column 1: "Market": there is no market under this header. Fix: see that the file is whole.'],
];

const tierHead = 'Market,Currency,Category,From,To,Rate\n';

export const brokenTiers: readonly (readonly [what: string, sheet: string, said: string])[] = [
  ['a hole', `${tierHead}India,USD,Utility,1,100,0.02\nIndia,USD,Utility,102,MAX,0.01\n`, 'line 3, column 19: "102": India, utility: no band holds the messages 101 to 101. Fix: add the band that is missing, or correct the bounds.'],
  ['an overlap', `${tierHead}India,USD,Utility,1,100,0.02\nIndia,USD,Utility,100,MAX,0.01\n`, 'line 3, column 19: "100": India, utility: this band and that of line 2 hold the same messages. Fix: let it begin at 101.'],
  ['a late beginning', `${tierHead}India,USD,Utility,2,MAX,0.02\n`, 'line 2, column 19: "2": India, utility: the first band begins at 2. Fix: add the band that begins at 1.'],
  ['no open end', `${tierHead}India,USD,Utility,0,100,0.02\n`, 'line 2, column 19: "0": India, utility: the last band ends at 100. Fix: let it be open: 1:MAX.'],
  ['an open band in the middle', `${tierHead}India,USD,Utility,1,,0.02\nIndia,USD,Utility,101,MAX,0.01\n`, 'line 3, column 19: "101": India, utility: the band of line 2 has no end, and this one begins in it. Fix: give that band its upper bound.'],
  ['bounds the wrong way round', `${tierHead}India,USD,Utility,100,1,0.02\n`, 'line 2, column 23: "1": the band ends before it begins. Fix: exchange its bounds, or correct them.'],
  ['a category without tiers', `${tierHead}India,USD,Marketing,1,MAX,0.02\n`, 'line 2, column 11: "Marketing": this is no category with tiers. Fix: write utility or authentication.'],
  ['a band that is none', 'Market,Currency,Category,Tier,Rate\nIndia,USD,Utility,first 1000,0.02\n', 'line 2, column 19: "first 1000": this is no band of messages. Fix: write it as 250001:750000, the last one as 750001:MAX.'],
  ['a band without a price', `${tierHead}India,USD,Utility,1,MAX,n/a\n`, 'line 2, column 25: "n/a": a band without a price. Fix: write its price, or take the row out.'],
  ['tiers of marketing', 'Market,Currency,Tier,Marketing\nIndia,USD,1:MAX,0.02\n', 'line 1, column 1: "Market": marketing has no tiers. Fix: leave the column out of the table of tiers.'],
  ['no upper bound', 'Market,Currency,Category,From,Rate\nIndia,USD,Utility,1,0.02\n', 'line 1, column 1: "Market": the bands have no lower or no upper bound. Fix: give the table a column From and a column To, or one column Tier with 750001:MAX.'],
];
