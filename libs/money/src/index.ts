export { currency, isCurrency, minorUnitDecimals, type Currency } from './currency.js';
export {
  formatDecimal,
  maxMicros,
  micros,
  microsFromText,
  microsPerUnit,
  microsToText,
  minMicros,
  parseDecimal,
  zeroMicros,
  type Micros,
  type MicrosText,
} from './micros.js';
export { add, formatMoney, money, multiply, negate, parseMoney, roundHalfUpToMinorUnit, sum, type Money } from './money.js';
export { formatBasisPoints, ratioHalfUpToBasisPoints } from './ratio.js';
