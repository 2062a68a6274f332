import { WireFault } from '../wire/fault.js';
import { take, waitOf, type FullAt, type Rate } from './bucket.js';

/** How much may be asked for; null: as much as you like. */
export interface LimitRates {
  /** Messages from one of the business's numbers: 80 a second with the operator. */
  readonly throughput: Rate | null;
  /** Messages from one number to one contact: one in six seconds, of which 45 may be borrowed from later. */
  readonly pair: Rate | null;
  /** Requests about the account: templates, numbers, subscriptions. 5,000 an hour for an account with a registered number. */
  readonly account: Rate | null;
  /** Requests of one token, whatever they are about. The operator says no figure; this one protects the gateway. */
  readonly app: Rate | null;
}

// developers.facebook.com/documentation/business-messaging/whatsapp: "Throughput", "Pair rate limits", "Rate limits" (of requests).
export const usualRates: LimitRates = {
  throughput: { burst: 80, everyMs: 1_000 / 80 },
  pair: { burst: 45, everyMs: 6_000 },
  account: { burst: 5_000, everyMs: 3_600_000 / 5_000 },
  app: { burst: 2_000, everyMs: 2 },
};

/** For a business that is alone on its machine, and for specs that are about something else. */
export const unlimited: LimitRates = { throughput: null, pair: null, account: null, app: null };

const mostBuckets = 100_000;

/** What of the limits is used up. It is forgotten at a restart, as the operator's own would be by nobody: a limit is no promise to the business. */
export class Limits {
  private readonly fullAt = new Map<string, FullAt>();

  constructor(
    private readonly rates: LimitRates,
    private readonly now: () => number,
  ) {}

  /** How many buckets are held: what this takes in memory. */
  get size(): number {
    return this.fullAt.size;
  }

  /** One message is about to be sent. Throws WireFault where that is too many; then nothing is used up. */
  send(phoneNumberId: string, to: string): void {
    const { throughput, pair } = this.rates;
    this.takeAll([
      { key: `pair ${phoneNumberId} ${to}`, rate: pair, fault: (seconds) => new WireFault('pair-limit', `Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time. Try again in ${seconds} s.`) },
      { key: `number ${phoneNumberId}`, rate: throughput, fault: (seconds) => new WireFault('throughput', `Message failed to send because there were too many messages sent from this phone number in a short period of time. Try again in ${seconds} s.`) },
    ]); // prettier-ignore
  }

  /** One request has come, under the token of this lane. Throws WireFault. */
  ask(lane: string): void {
    this.takeAll([{ key: `app ${lane}`, rate: this.rates.app, fault: (seconds) => new WireFault('app-limit', `Too many requests were made with this token. Try again in ${seconds} s, and send fewer.`) }]);
  }

  /** One request about the account has come. Throws WireFault. */
  askOfAccount(wabaId: string): void {
    this.takeAll([{ key: `account ${wabaId}`, rate: this.rates.account, fault: (seconds) => new WireFault('account-limit', `Too many requests were made about this account in the last hour. Try again in ${seconds} s, and ask less often: what changes comes by webhook.`) }]);
  }

  private takeAll(wanted: readonly { readonly key: string; readonly rate: Rate | null; readonly fault: (seconds: number) => WireFault }[]): void {
    const now = this.now();
    const taken: [string, FullAt][] = [];
    for (const { key, rate, fault } of wanted) {
      if (rate === null) continue;
      const left = take(this.fullAt.get(key), rate, now);
      if (left === null) throw fault(Math.max(1, Math.ceil(waitOf(this.fullAt.get(key), rate, now) / 1_000)));
      taken.push([key, left]);
    }
    for (const [key, fullAt] of taken) this.keep(key, fullAt, now);
  }

  private keep(key: string, fullAt: FullAt, now: number): void {
    this.fullAt.delete(key);
    this.fullAt.set(key, fullAt);
    if (this.fullAt.size <= mostBuckets) return;
    for (const [other, at] of this.fullAt) if (at <= now) this.fullAt.delete(other);
    // Those that were not used for longest go first; whoever writes to so many contacts at once is held by the throughput.
    for (const other of this.fullAt.keys()) {
      if (this.fullAt.size <= 0.9 * mostBuckets) return;
      this.fullAt.delete(other);
    }
  }
}
