import { PlatformError, type InboxItem, type InboxStatus } from '@parley/sdk';
import type { ChargedPrice } from '../platform/charge.js';
import type { Platform } from '../platform/platform.js';

export interface PricesOptions {
  readonly platform: Pick<Platform, 'chargedPrice'>;
  readonly now: () => number;
  /** Resolves after so many ms. */
  readonly wait: (ms: number) => Promise<void>;
  readonly stopping: AbortSignal;
}

/** For how long a page of statuses is held back for charges that are still to be posted; most are there within a few tenths of a second. */
const mostMs = 1_500;
const lookAgainMs = 50;
const atOnce = 8;

/**
 * The prices that the inbox cannot tell: where they depend on what billing has counted, they are known when the message is charged, which follows
 * its receipt. So the charge is asked for, and waited for a little while; a platform that cannot say it holds no status back.
 */
export class Prices {
  constructor(private readonly options: PricesOptions) {}

  /** The items with what their charges say. Throws PlatformError when stopped: the page is to be taken another time. */
  async added(items: readonly InboxItem[]): Promise<readonly InboxItem[]> {
    const priced = [...items];
    const unpriced = items.flatMap((item, index) => (lacksPrice(item) ? [{ item, index }] : []));
    const page: Page = { until: this.options.now() + mostMs, answers: true };
    const work = async (): Promise<void> => {
      for (let next = unpriced.shift(); next && page.answers; next = unpriced.shift()) priced[next.index] = withPrice(next.item, await this.priceOf(next.item, page));
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, unpriced.length) }, work));
    return priced;
  }

  private async priceOf({ conversationId, messageId }: InboxStatus, page: Page): Promise<ChargedPrice | null> {
    const { platform, now, wait, stopping } = this.options;
    for (;;) {
      try {
        return await platform.chargedPrice(`${conversationId}.${messageId}`);
      } catch (error) {
        if (!(error instanceof PlatformError) || stopping.aborted) throw error;
        if (error.status !== 404) page.answers = false;
        if (!page.answers || now() >= page.until) return null;
      }
      await wait(lookAgainMs);
    }
  }
}

interface Page {
  /** Epoch ms. */
  readonly until: number;
  /** False once the platform has answered anything but that a charge is not there: it is not asked again for this page. */
  answers: boolean;
}

/** The status that a message is billed by, without its price. */
function lacksPrice(item: InboxItem): item is InboxStatus {
  return item.kind === 'status' && item.fields['billable'] === true && (item.fields['pricing'] ?? null) === null;
}

function withPrice(item: InboxStatus, price: ChargedPrice | null): InboxStatus {
  if (price === null) return item;
  return { ...item, category: price.category, fields: { ...item.fields, pricing: { billable: price.type === 'regular', type: price.type } } };
}
