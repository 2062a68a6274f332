import { createCodec, type NewRecord } from '@parley/bus';
import { EmbeddedLog, logTablesSql, type Database, type Transaction } from '@parley/bus-postgres';
import { partitionOf, TOPIC_NAMES, TOPICS, type AnyEvent, type CatalogEvent, type Meta, type Payload, type TopicName } from '@parley/contracts';
import { catalogFold, type Catalog, type Compared } from '@parley/domain';

/** The link under which a history's records stand. No lane has it: nothing in a history was decided by a running platform but the price. */
const archiveLink = 'archive';
const batch = 2_000;

interface Place {
  readonly topic: TopicName;
  readonly partition: number;
}

/**
 * Writes a history's log: its catalog, its usage in order, and beside each message what it costs. The whole log follows from the facts, so it is
 * written anew each time, in one transaction with them.
 */
export class HistoryLog {
  readonly #codec = createCodec();
  readonly #pending = new Map<string, Place & { readonly records: NewRecord[] }>();
  readonly #next = new Map<string, number>();
  #waiting = 0;
  #catalogOffset = 0;

  private constructor(
    private readonly log: EmbeddedLog,
    private readonly transaction: Transaction,
    private readonly recordedAt: number,
  ) {}

  /** The log's tables, where they are not there yet. */
  static async tables(database: Database): Promise<EmbeddedLog> {
    const { rows } = await database.query<{ there: boolean }>(`select to_regclass('log.head') is not null as there`);
    if (rows[0]?.there !== true) await database.query(logTablesSql());
    const topics = TOPIC_NAMES.map((name) => ({ name, partitions: TOPICS[name].partitions.embedded, retentionMs: null }));
    return EmbeddedLog.open(database, { topics, clock: Date.now });
  }

  /** An empty log, whatever was on it. */
  static async begin(log: EmbeddedLog, transaction: Transaction, recordedAt: number): Promise<HistoryLog> {
    await transaction.query('delete from log.batch');
    await transaction.query('update log.head set first = 0, next = 0');
    return new HistoryLog(log, transaction, recordedAt);
  }

  /** Publishes these, and gives the catalog that follows. */
  async publish(published: readonly Payload<CatalogEvent>[]): Promise<Catalog> {
    let catalog = catalogFold.initial as Catalog;
    for (const [index, payload] of published.entries()) {
      const event = this.#add({ topic: 'parley.catalog.v1', partition: 0 }, String(index), payload, { at: this.recordedAt, link: archiveLink, cause: null });
      catalog = catalogFold.evolve(catalog, event) as Catalog;
      this.#catalogOffset += 1;
    }
    await this.flush();
    return catalog;
  }

  async take({ usage, decision }: Compared): Promise<void> {
    const { ownerId } = usage.message;
    const partition = partitionOf(ownerId, this.log.partitions('parley.usage.v1'));
    const at = usage.deliveredAt;
    const offset = this.#offset({ topic: 'parley.usage.v1', partition });
    this.#add({ topic: 'parley.usage.v1', partition }, ownerId, usage, { at, link: archiveLink, cause: null });
    // What billing would have written, so that whoever reads usage beside its decision finds it.
    this.#add({ topic: 'parley.ledger.v1', partition }, ownerId, decision, { at, link: `billing/${partition}`, cause: { topic: 'parley.usage.v1', partition, offset } });
    if (this.#waiting >= batch) await this.flush();
  }

  async flush(): Promise<void> {
    const appends = [...this.#pending.values()];
    this.#pending.clear();
    this.#waiting = 0;
    if (appends.length > 0) await this.log.appendWithin(this.transaction, appends);
  }

  #offset({ topic, partition }: Place): number {
    return this.#next.get(`${topic}/${partition}`) ?? 0;
  }

  #add(place: Place, key: string, payload: Payload<AnyEvent>, { at, link, cause }: { readonly at: number; readonly link: string; readonly cause: Meta['cause'] }): AnyEvent {
    const name = `${place.topic}/${place.partition}`;
    const offset = this.#offset(place);
    const meta = { eventId: globalThis.crypto.randomUUID() as Meta['eventId'], at, recordedAt: this.recordedAt, link: link as Meta['link'], number: offset + 1, cause, catalogOffset: this.#catalogOffset };
    const event = { ...payload, meta } as unknown as AnyEvent;
    const pending = this.#pending.get(name) ?? { ...place, records: [] };
    pending.records.push({ key, value: this.#codec.encode(event) });
    this.#pending.set(name, pending);
    this.#next.set(name, offset + 1);
    this.#waiting += 1;
    return event;
  }
}
