// Catalog, usage and charges on a log in memory, as delivery's and billing's lanes write them; adjustments come through the slot that ships.
import { acceptedEvents, createCodec, decidedPages, HttpSlot, MemoryLog, MemoryStore } from '@parley/bus';
import type { CatalogView, Log, SlotStore } from '@parley/bus';
import { FoldedStates, partitionOf } from '@parley/contracts';
import type { AdjustmentPosted, AnyEvent, AnyTopology, CatalogEvent, Message, Meta, OwnerId, Payload, PayloadOf, TopicName } from '@parley/contracts';
import { billingTopology, catalogEvents, catalogFold, CorrectionAudit } from '@parley/domain';
import type { Catalog } from '@parley/domain';
import { historyOn } from './history.js';
import { settle, type SettledTo } from './pass.js';

const partitions = 2;
const now = Date.parse('2018-09-10T00:00:00Z');

/** What a killed process has of the world: nothing any more. */
class Killed extends Error {}

/** Calls to the outside that a process makes until it is killed: before one of them has its effect, or right after it. */
class Life {
  readonly death = new AbortController();

  constructor(private steps: number) {}

  async call<T>(effect: () => Promise<T>): Promise<T> {
    this.step();
    const result = await effect();
    this.step();
    return result;
  }

  private step(): void {
    this.steps -= 1;
    if (this.steps < 0) this.death.abort();
    if (this.death.signal.aborted) throw new Killed('killed');
  }
}

export class AdjustedLine {
  readonly log = new MemoryLog(() => partitions);
  readonly codec = createCodec();
  private readonly slotStore = new MemoryStore();
  private readonly states = new FoldedStates(billingTopology as unknown as AnyTopology);
  private readonly numbers = new Map<string, number>();
  /** What the row of each correction says. */
  private readonly settledTo = new Map<number, SettledTo>();
  private catalog = catalogFold.initial as Catalog;
  private catalogRecords = 0;
  private ids = 0;

  async publish(event: Payload<CatalogEvent>, at: number): Promise<void> {
    const record = await this.append('parley.catalog.v1', 0, 'spec', event, { link: 'billing/http/9', at });
    this.catalog = catalogFold.evolve(this.catalog, record) as Catalog;
    this.catalogRecords += 1;
  }

  /** A message is used, and charged under the catalog as it is now. */
  async use(message: Message, facts: Pick<PayloadOf<'UsageRecorded'>, 'market' | 'deliveredAt' | 'lastInboundAt'>): Promise<void> {
    const { ownerId } = message;
    const partition = partitionOf(ownerId, partitions);
    const payload: PayloadOf<'UsageRecorded'> = { type: 'UsageRecorded', message, sentAt: facts.deliveredAt - 500, firstStatus: 'delivered', entryPointAt: null, reservation: null, ...facts };
    const offset = await this.log.end('parley.usage.v1', partition);
    const usage = await this.append('parley.usage.v1', partition, ownerId, payload, { link: `delivery/${partition}`, at: facts.deliveredAt });
    const state = this.fold(ownerId, usage);
    const decision = billingTopology.decide(usage as never, state as never, { now: facts.deliveredAt, catalog: this.catalog });
    this.fold(ownerId, await this.append('parley.ledger.v1', partition, ownerId, decision, { link: `billing/${partition}`, at: facts.deliveredAt, cause: { topic: 'parley.usage.v1', partition, offset } }));
  }

  /** A process that settles every correction, and is killed after so many steps. True: it came to its end. */
  async process(steps: number): Promise<boolean> {
    const life = new Life(steps);
    const history = await historyOn(this.log, this.codec, catalogEvents);
    const onLog = new Set((await this.adjustments()).map(({ adjustmentId }) => adjustmentId as string));
    const slot = new HttpSlot({
      log: mortal(this.log, life), codec: this.codec, clock: () => now, newId: () => this.newId(), report: () => undefined, sleep: () => new Promise((resolve) => setImmediate(resolve)),
      service: 'billing', slots: 1, holder: 'spec', store: mortal(this.slotStore, life), topics: ['parley.ledger.v1'],
      catalog: { view: () => ({ state: null, offset: this.catalogRecords }) } as unknown as CatalogView<unknown>,
    });
    try {
      for (const index of history.corrections.keys()) {
        await settle(history, index, this.settledTo.get(index) ?? {}, {
          log: this.log, codec: this.codec, pageRecords: 2, clock: () => now,
          posted: (ids) => life.call(async () => new Set(ids.filter((id) => onLog.has(id)))),
          post: (adjustments) => post(slot, adjustments, life),
          tell: ({ settledTo }) => life.call(async () => void this.settledTo.set(index, { ...settledTo })),
        }, life.death.signal);
      }
      return true;
    } catch (error) {
      if (life.death.signal.aborted) return false;
      throw error;
    } finally {
      await slot.close(life.death.signal.aborted ? 0 : 1_000);
    }
  }

  async adjustments(): Promise<readonly AdjustmentPosted[]> {
    const found: AdjustmentPosted[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      for await (const { event } of acceptedEvents({ topic: 'parley.ledger.v1', partition, types: ['AdjustmentPosted'], log: this.log, codec: this.codec })) found.push(event);
    }
    return found;
  }

  async audit(): Promise<CorrectionAudit> {
    const audit = new CorrectionAudit(await historyOn(this.log, this.codec, catalogEvents));
    for (let partition = 0; partition < partitions; partition += 1) {
      for await (const { decided } of decidedPages({ topology: billingTopology, partition, log: this.log, codec: this.codec })) for (const { command, decision } of decided) audit.charged(command as never, decision);
    }
    for (const adjustment of await this.adjustments()) audit.adjusted(adjustment);
    return audit;
  }

  private fold(owner: OwnerId, event: AnyEvent): unknown {
    const aside = billingTopology.asideOf!(event as never, this.catalog);
    const state = billingTopology.evolve(this.states.of(owner, aside) as never, event as never);
    this.states.put(owner, aside, state);
    return state;
  }

  private async append(topic: TopicName, partition: number, key: string, payload: Payload<AnyEvent>, { link, at, cause = null }: { readonly link: string; readonly at: number; readonly cause?: Meta['cause'] }): Promise<AnyEvent> {
    const place = `${link} ${topic} ${partition}`;
    const number = (this.numbers.get(place) ?? 0) + 1;
    this.numbers.set(place, number);
    const event = { ...payload, meta: { eventId: this.newId(), at, recordedAt: at, link, number, cause, catalogOffset: this.catalogRecords } } as AnyEvent;
    await this.log.append({ topic, partition, records: [{ key, value: this.codec.encode(event) }] });
    return event;
  }

  private newId(): string {
    return `00000000-0000-4000-8000-${`${(this.ids += 1)}`.padStart(12, '0')}`;
  }
}

/** What writes through this dies with the process. */
function mortal<Port extends Log | SlotStore>(port: Port, life: Life): Port {
  const fatal = ['append', 'commitRequests'];
  return new Proxy(port, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      const method = value.bind(target) as (...args: readonly unknown[]) => Promise<unknown>;
      return fatal.includes(String(name)) ? (...args: readonly unknown[]) => life.call(() => method(...args)) : method;
    },
  });
}

async function post(slot: HttpSlot, adjustments: readonly Payload<AdjustmentPosted>[], { death }: Life): Promise<void> {
  const died = new Promise<never>((_, reject) => death.signal.addEventListener('abort', () => reject(new Killed('killed')), { once: true }));
  const submitted = adjustments.map((event) =>
    slot.submit({ businessId: '*', idempotencyKey: event.adjustmentId, bodyHash: `${event.amount}`, outputs: [{ topic: 'parley.ledger.v1', key: event.ownerId, event }], answer: { status: 201, body: null } }),
  );
  for (const { kind } of await Promise.race([Promise.all(submitted), died])) if (kind !== 'answered') throw new Error(`the slot answered ${kind}`);
}
