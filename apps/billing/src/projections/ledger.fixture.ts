import { httpRole, lowerPglite, openPglite, ownerRole } from '@parley/bus-postgres';
import type { Database } from '@parley/bus-postgres';
import { FoldedStates } from '@parley/contracts';
import type { AnyEvent, AnyTopology, ChargePosted, RowChange } from '@parley/contracts';
import { laneMigrations, Rows, serviceDataSource } from '@parley/service';
import { billing } from '../billing.module.js';

/** The schema of billing in a database, to which rows come as its lanes would write them. */
export interface Schema {
  readonly database: Database;
  readonly rows: Rows;
  /** Folds the events by every topology that reads their topic, and stores the rows. */
  post(events: readonly AnyEvent[]): Promise<void>;
  close(): Promise<void>;
}

/** @param given a database on a server that `administer` has prepared; by itself one in memory. Closed with the schema. */
export async function openSchema(given?: Database): Promise<Schema> {
  const database = given ?? (await openPglite({ memory: true }));
  if (given === undefined) await lowerPglite(database, 'billing');
  const { entities, migrations } = billing;
  const dataSource = await serviceDataSource({ database, schema: 'billing', entities, migrations: [...laneMigrations('billing'), ...migrations] });
  return {
    database,
    rows: new Rows(database, dataSource, httpRole('billing')),
    post: async (events) => {
      for (const change of rowsOf(events)) await store(database, change);
    },
    close: async () => {
      await dataSource.destroy();
      await database.close();
    },
  };
}

/** The last change of each row. */
function rowsOf(events: readonly AnyEvent[]): Iterable<RowChange> {
  const last = new Map<string, RowChange>();
  for (const topology of billing.topologies) {
    const states = new FoldedStates(topology);
    for (const event of events) {
      // A charge's own row is told by the usage before it, which these events leave out.
      if (!topology.folds.includes(event.type) || topology.commands.length > 0) continue;
      for (const change of fold(topology, states, event)) last.set(`${change.table} ${JSON.stringify(change.key)}`, change);
    }
  }
  return last.values();
}

function fold(topology: AnyTopology, states: FoldedStates, event: AnyEvent): readonly RowChange[] {
  const aside = topology.asideOf?.(event, null) ?? null;
  const state = topology.evolve(states.of('owner', aside), event);
  states.put('owner', aside, state);
  return topology.project?.(event, state, { topic: topology.source, partition: 0, offset: 0 }) ?? [];
}

async function store(database: Database, { table, row }: RowChange): Promise<void> {
  const columns = Object.keys(row!);
  const values = Object.values(row!).map((value) => (Array.isArray(value) ? `{${value.join()}}` : value));
  const marks = columns.map((_, index) => `$${index + 1}`);
  await database.as({ role: ownerRole('billing') }).query(`insert into billing.${table} (${columns.join()}, source_partition) values (${marks.join()}, 0)`, values);
}

let made = 0;

/** A charge on the ledger, with sensible facts that a spec overrides. Amounts in micros. */
export function aCharge({ message, at, ...change }: { readonly at: number; readonly message?: Partial<ChargePosted['message']> } & Partial<Omit<ChargePosted, 'message' | 'meta' | 'type'>>): ChargePosted {
  made += 1;
  const parties = { businessId: 'acme', ownerId: 'acme-group', numberId: 'acme-main', contactId: 'c1', conversationId: 'acme.c1', messageId: `m${made}` };
  const facts = { lane: 'api', kind: 'free_form', category: 'service', template: null, requestedAt: at, envelopeHash: 'a'.repeat(64), envelopeBytes: 400 };
  const charge = {
    type: 'ChargePosted', chargeId: `acme.c1.m${made}`, market: 'Brazil', sentAt: at, deliveredAt: at, lastInboundAt: null, entryPointAt: null, currency: 'USD', amount: 6_800n, unitPrice: 6_800n,
    rule: 'S0/late-free-form', policyId: 'S0', policyVersion: 1, rateCardId: 'usd', rateCardVersion: 1, illustrative: false, ...change,
    meta: { eventId: 'e', at, recordedAt: at, link: 'spec', number: made, cause: null, catalogOffset: 1 },
    message: { ...parties, ...facts, ...message },
  };
  return charge as unknown as ChargePosted;
}
