import { messageOf } from '@parley/bus';
import type { Database } from '@parley/bus-postgres';
import type { DeviceId, Party } from '@parley/contracts';
import type { Post, Runtime, Writes } from '@parley/service';

interface Unannounced {
  readonly log_index: string | number;
  readonly business_id: string;
  readonly account_id: string;
  readonly party: Party;
  readonly list_version: string | number;
  readonly devices: readonly DeviceId[];
}

const atOnce = 100;

/**
 * Tells the event log of published lists. That a list is to be told of is committed with it, as a row that is not announced yet; it is told through
 * delivery's slot under the list's own key, and marked after that. Whatever is killed in between, the next look tells it, and tells it once.
 */
export class Announcement {
  private telling: Promise<void> = Promise.resolve();

  /** @param runner the schema's runner: lists are of everybody. */
  constructor(
    private readonly runtime: Pick<Runtime, 'clock' | 'warn'>,
    private readonly runner: Pick<Database, 'query'>,
    private readonly writes: Pick<Writes, 'post'>,
  ) {}

  /** All that is not told yet. One look at a time: the next begins when the last is over. */
  announce(): Promise<void> {
    const next = this.telling.then(() => this.tell());
    this.telling = next.catch(() => undefined); // Whoever asked hears of the fault; the next look is not to.
    return next;
  }

  /** For whoever has just published: it is published also where the log cannot be told just now. */
  async announceSoon(): Promise<void> {
    try {
      await this.announce();
    } catch (error) {
      this.runtime.warn(`a device list is published, and the log is told of it within a minute: ${messageOf(error)}`);
    }
  }

  private async tell(): Promise<void> {
    for (;;) {
      const sql = 'SELECT log_index, business_id, account_id, party, list_version, devices FROM "delivery"."device_list" WHERE announced_at IS NULL ORDER BY log_index LIMIT $1';
      const { rows } = await this.runner.query<Unannounced & Record<string, unknown>>(sql, [atOnce]);
      if (rows.length === 0) return;
      await this.writes.post(rows.map(postOf));
      const indexes = rows.map(({ log_index: index }) => Number(index));
      await this.runner.query('UPDATE "delivery"."device_list" SET announced_at = $2 WHERE log_index = ANY($1::bigint[])', [indexes, this.runtime.clock()]);
      if (rows.length < atOnce) return;
    }
  }
}

function postOf({ log_index: logIndex, business_id: businessId, account_id: accountId, party, list_version: listVersion, devices }: Unannounced): Post {
  const event = { type: 'DeviceListPublished' as const, accountId, party, logIndex: Number(logIndex), listVersion: Number(listVersion), devices };
  return { businessId, client: 'device-list', key: String(logIndex), outputs: [{ topic: 'parley.devices.v1', key: accountId, event }] };
}
