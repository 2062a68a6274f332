import { identifier, type Database } from '../database/database.js';
import type { TopicLayout } from './embedded-log.js';

/** Batches removed per transaction: a long absence must not make one transaction of millions of rows. */
const batchesAtOnce = 1_000;

/** Removes what topics need not keep any longer: whole batches, from the beginning of a partition only, so that no hole appears. */
export class Retention {
  readonly #sql: { readonly cut: string; readonly remove: string; readonly move: string };

  constructor(
    private readonly database: Database,
    schema: string,
  ) {
    const log = identifier(schema);
    this.#sql = {
      // Up to the first batch that is young enough, whatever stands behind it: clocks of several writers need not agree.
      cut: `
        select coalesce(max(base + count), 0) as cut from (
          select base, count, bool_and(appended_at < $3::bigint) over (order by base) as old
          from (select * from ${log}.batch where topic = $1 and partition = $2 order by base limit ${batchesAtOnce}) head
        ) b where old`,
      move: `
        update ${log}.head h set first = $3
        from (select first from ${log}.head where topic = $1 and partition = $2 for update) was
        where h.topic = $1 and h.partition = $2 and h.first < $3::bigint
        returning was.first`,
      remove: `delete from ${log}.batch where topic = $1 and partition = $2 and base < $3::bigint`,
    };
  }

  /** @returns the number of records removed. */
  async trim(topics: readonly TopicLayout[], now: number): Promise<number> {
    let removed = 0;
    for (const { name, partitions, retentionMs } of topics) {
      if (retentionMs === null) continue;
      for (let partition = 0; partition < partitions; partition += 1) {
        for (let some = -1; some !== 0; removed += some) some = await this.#trimOnce(name, partition, now - retentionMs);
      }
    }
    return removed;
  }

  async #trimOnce(topic: string, partition: number, before: number): Promise<number> {
    return this.database.transaction(async (transaction) => {
      const { rows: found } = await transaction.query<{ cut: number }>(this.#sql.cut, [topic, partition, before]);
      const { cut } = found[0]!;
      const { rows: moved } = await transaction.query<{ first: number }>(this.#sql.move, [topic, partition, cut]);
      if (moved[0] === undefined) return 0;
      await transaction.query(this.#sql.remove, [topic, partition, cut]);
      return cut - moved[0].first;
    });
  }
}
