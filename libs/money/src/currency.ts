/** An ISO 4217 code of the table below, such as USD. */
export type Currency = string & { readonly __id: 'Currency' };

/**
 * Active currencies by the number of decimals of their minor unit.
 * Source: ISO 4217 "List One" of its maintenance agency (SIX), as of 2026-01-01: XCG in place of ANG, ZWG in place of ZWL, no BGN.
 * Funds codes are left out, and so are metals and test codes: nobody is billed in them.
 */
const codesByDecimals: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD
      EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL
      MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
      SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
};

const decimalsByCode: ReadonlyMap<string, number> = new Map(
  Object.entries(codesByDecimals).flatMap(([decimals, codes]) => codes.split(/\s+/).map((code) => [code, parseInt(decimals, 10)] as const)),
);

export function isCurrency(code: string): code is Currency {
  return decimalsByCode.has(code);
}

/** The code as a currency. Throws a RangeError for one that the table does not hold. */
export function currency(code: string): Currency {
  if (!isCurrency(code)) throw new RangeError(`"${code}" is not an active ISO 4217 currency code`);
  return code;
}

/** Decimals of the currency's minor unit: USD 2, JPY 0, KWD 3. */
export function minorUnitDecimals(code: Currency): number {
  const decimals = decimalsByCode.get(code);
  if (decimals === undefined) throw new RangeError(`"${code}" is not an active ISO 4217 currency code`);
  return decimals;
}
