import { reportRole, reportSchema } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';

/** Where the messages are that were accepted. Every accepted message is in exactly one of the other columns; what is in none is the residual. */
export interface MessageBooks {
  readonly businessId: string;
  readonly accepted: number;
  readonly charged: number;
  readonly free: number;
  readonly refused: number;
  readonly failed: number;
  /** Under way: waiting for their time, on the way to the contact's devices, or in transit. */
  readonly pending: number;
  /** Of these, what one service has given on and the next has not taken: in a moment, unless a lane stands still or its key waits. */
  readonly inTransit: number;
  /** Requests that named a message again; nothing came of them. */
  readonly repeated: number;
  /** Taken by a service more often than the one before gave on: 0, always. */
  readonly overtaken: number;
  /** Messages that nobody accounts for, accepted + overtaken less all of the above: 0, always. */
  readonly residual: number;
}

/** `residual`: of all businesses, what is in no column and what is in one too many. */
export interface Books {
  readonly residual: number;
  readonly businesses: readonly MessageBooks[];
  readonly partitions: readonly BooksOfPartition[];
}

export type BooksOfPartition = Omit<MessageBooks, 'charged' | 'free'> & {
  readonly partition: number;
  /** Delivered or read: charged by billing, whose partitions are those of owners. */
  readonly arrived: number;
};

/** The views of some services' books, one below the other. */
const countsOf = (...services: readonly string[]): string => services.map((service) => `select * from ${reportSchema}.message_counts_${service}`).join(' union all ');
const count = (by: string, ...words: readonly string[]): string => `coalesce(sum(messages) filter (where counted_by = '${by}' and what in (${words.map((word) => `'${word}'`).join(', ')})), 0)`;

/** Who reads conversations: their partitions are the same. */
const ofConversations = countsOf('notifications', 'windows', 'delivery');

/** Every stage of the counts as one row per group. */
const stages = (counts: string, group: string): string => `
  select ${group},
    ${count('feed', 'accepted')} as counted, ${count('notifications', 'waiting', 'refused', 'repeated')} - ${count('notifications', 'no_longer_waiting')} + ${count('windows', 'admitted', 'refused', 'repeated')} as decided,
    ${count('notifications', 'repeated')} + ${count('windows', 'repeated')} + ${count('delivery', 'repeated')} + ${count('billing', 'repeated')} as repeated,
    ${count('notifications', 'refused')} + ${count('windows', 'refused')} as refused,
    ${count('windows', 'admitted')} as admitted, ${count('delivery', 'sent', 'failed', 'repeated')} - ${count('delivery', 'not_arrived')} as dispatched,
    ${count('delivery', 'failed')} as failed, ${count('delivery', 'arrived')} as arrived, ${count('billing', 'charged')} as charged, ${count('billing', 'free')} as free,
    ${count('billing', 'charged', 'free', 'repeated')} as billed, ${count('rows', 'waiting')} + ${count('rows', 'sent')} as shown
  from (${counts}) c where what <> 'offset' group by ${group}`;

/**
 * Who counts what was accepted may be behind those who decide. Then what is decided was accepted; else it is not asked, and what was decided twice
 * shows.
 */
const accepted = `case when exists (
        select from (${ofConversations}) o where what = 'offset' group by partition
        having coalesce(max(messages) filter (where counted_by = 'feed'), 0) < max(messages) filter (where counted_by in ('windows', 'notifications'))
      ) then greatest(counted, decided) else counted end`;

interface Balance {
  readonly counts: string;
  /** Besides the business. */
  readonly by: readonly string[];
  /** How a message ends well. */
  readonly ends: readonly string[];
  /** What one stage has given on, and the next has taken. */
  readonly handed: readonly (readonly [given: string, taken: string])[];
}

/** Every group's messages by where they are: what was given on and not taken is under way, what was taken and not given on was overtaken. */
function balanced({ counts, by, ends, handed }: Balance): string {
  const group = ['business_id', ...by].join(', ');
  const more = (pairs: Balance['handed']): string => pairs.map(([one, other]) => `greatest(${one} - ${other}, 0)`).join(' + ');
  return `
  select ${['business_id as "businessId"', ...by].join(', ')}, accepted, ${ends.join(', ')}, refused, failed, transit + shown as pending, transit as "inTransit", repeated, overtaken,
    accepted + overtaken - ${[...ends, 'refused', 'failed', 'transit', 'shown', 'repeated'].join(' - ')} as residual
  from (
    select *, ${more(handed)} as transit, ${more(handed.map(([given, taken]) => [taken, given]))} as overtaken
    from (select *, ${accepted} as accepted from (${stages(counts, group)}) s) a
  ) b order by ${group}`;
}

const untilArrival: Balance['handed'] = [['accepted', 'decided'], ['admitted', 'dispatched']];

/** The books by business, for whoever may read the views (PostgreSQL; no parameter). */
export const conservationSql = balanced({
  counts: `${ofConversations} union all ${countsOf('billing')}`, by: [], ends: ['charged', 'free'], handed: [...untilArrival, ['arrived', 'billed']],
});

/** The same by partition of the conversations, up to the message's arrival: billing reads owners' partitions. */
export const conservationByPartitionSql = balanced({ counts: ofConversations, by: ['partition'], ends: ['arrived'], handed: untilArrival });

/** Messages in no column, or in one too many, over all businesses: what an alert asks for. */
export const residualSql = `select coalesce(sum(abs(residual) + overtaken), 0)::bigint as residual from (${conservationSql}) c`;

/** Reads the books as a dashboard does. Each is one statement, and so one snapshot: what moves meanwhile moves in all of its columns. */
export class Conservation {
  /** @param role as whom to read; null where the login is that role already. */
  constructor(
    private readonly database: Database,
    private readonly role: string | null = reportRole,
  ) {}

  async books(): Promise<Books> {
    const reader = this.#reader();
    const [businesses, partitions] = [await reader.query<object>(conservationSql, []), await reader.query<object>(conservationByPartitionSql, [])];
    const ofBusinesses = businesses.rows.map((row) => numbers(row) as unknown as MessageBooks);
    const residual = ofBusinesses.reduce((sum, books) => sum + Math.abs(books.residual) + books.overtaken, 0);
    return { residual, businesses: ofBusinesses, partitions: partitions.rows.map((row) => numbers(row) as unknown as BooksOfPartition) };
  }

  async residual(): Promise<number> {
    const { rows } = await this.#reader().query<{ residual: unknown }>(residualSql, []);
    return Number(rows[0]!.residual);
  }

  #reader(): Database {
    return this.role === null ? this.database : this.database.as({ role: this.role });
  }
}

/** PostgreSQL sums as numeric, which comes as text. */
function numbers(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, name === 'businessId' ? value : Number(value)]));
}
