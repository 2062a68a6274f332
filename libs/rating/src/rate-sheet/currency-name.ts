import { isCurrency, type Currency } from '@parley/money';

/** Signs that mean one currency and no other. A sign that several countries use is not among them: nobody is billed by a guess. */
const signs: Readonly<Record<string, string>> = {
  $US: 'USD', US$: 'USD', USD$: 'USD', $USD: 'USD', '€': 'EUR', '₹': 'INR', R$: 'BRL', A$: 'AUD', AU$: 'AUD', $AU: 'AUD', CA$: 'CAD', $CA: 'CAD', NZ$: 'NZD', HK$: 'HKD',
  S$: 'SGD', MX$: 'MXN', NT$: 'TWD', RP: 'IDR', '₦': 'NGN', '₪': 'ILS', '₫': 'VND', '₴': 'UAH', '₱': 'PHP', '₺': 'TRY', '₽': 'RUB', '₸': 'KZT',
};

/** Signs that several currencies share, with some of them. */
const sharedSigns: Readonly<Record<string, string>> = {
  $: 'USD, AUD, CAD or MXN', '£': 'GBP or EGP', '¥': 'JPY or CNY', KR: 'SEK, NOK or DKK', RS: 'INR or PKR', C$: 'CAD or NIO', R: 'ZAR', '₩': 'KRW or KPW',
};

/** A currency as people write it: its ISO 4217 code in any case, or a sign that means no other ($US, US$, €). Null for anything else. */
export function currencyNamed(text: string): Currency | null {
  const name = plainName(text);
  const code = signs[name] ?? name;
  return Object.hasOwn(signs, name) || isCurrency(code) ? (code as Currency) : null;
}

/** What is wrong with a name that is no currency, and what to write. */
export function currencyFault(text: string): { readonly problem: string; readonly fix: string } {
  const shared = sharedSigns[plainName(text)];
  if (shared !== undefined) return { problem: 'this sign is used by more than one currency', fix: `write the code, such as ${shared}` };
  if (text.trim() === '') return { problem: 'the currency is missing', fix: 'write its ISO 4217 code, such as USD' };
  return { problem: 'this is not a currency', fix: 'write its ISO 4217 code, such as USD' };
}

function plainName(text: string): string {
  return text.replace(/[\s.]/g, '').toUpperCase();
}

/** Whether the text is a sign or code that may stand beside an amount of this currency: `$` may beside one whose sheet says USD. */
export function mayStandFor(text: string, currency: Currency): boolean {
  const sign = text.trim();
  if (currencyNamed(sign) === currency) return true;
  return (sign === '$' && /^(USD|AUD|CAD|MXN|NZD|HKD|SGD|CLP|COP|ARS|TWD)$/.test(currency)) || (sign === '£' && currency === 'GBP') || (sign === '¥' && /^(JPY|CNY)$/.test(currency));
}
