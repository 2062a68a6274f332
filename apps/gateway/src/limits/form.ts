import { wholeNumber, type Settings } from '@parley/service';
import type { LimitRates } from './limits.js';

/** How much the business's software may ask for, as settings of whatever process the gateway runs in. */
export const limitsForm = {
  perSecond: wholeNumber('PARLEY_GATEWAY_MESSAGES_PER_SECOND', 'how many messages one number may send in a second; 0: as many as you like', { min: 0, max: 100_000 }, 80),
  pairSeconds: wholeNumber('PARLEY_GATEWAY_PAIR_SECONDS', 'in how many seconds one number may send one message to one contact; 0: there is no such limit', { min: 0, max: 3_600 }, 6),
  pairBurst: wholeNumber('PARLEY_GATEWAY_PAIR_BURST', 'how many of those messages may be sent at once', { min: 1, max: 10_000 }, 45),
  accountPerHour: wholeNumber('PARLEY_GATEWAY_ACCOUNT_REQUESTS_PER_HOUR', 'how many requests about the account may be made in an hour; 0: as many as you like', { min: 0, max: 10_000_000 }, 5_000),
  requestsPerSecond: wholeNumber('PARLEY_GATEWAY_REQUESTS_PER_SECOND', 'how many requests may be made with one token in a second; 0: as many as you like', { min: 0, max: 100_000 }, 500),
};

/** The limits that these settings say. */
export function limitsOf({ perSecond, pairSeconds, pairBurst, accountPerHour, requestsPerSecond }: Settings<typeof limitsForm>): LimitRates {
  const perSpan = (count: number, spanMs: number, burst: number) => (count === 0 ? null : { burst, everyMs: spanMs / count });
  return {
    throughput: perSpan(perSecond, 1_000, perSecond),
    pair: pairSeconds === 0 ? null : { burst: pairBurst, everyMs: pairSeconds * 1_000 },
    account: perSpan(accountPerHour, 3_600_000, accountPerHour),
    app: perSpan(requestsPerSecond, 1_000, 4 * requestsPerSecond),
  };
}
