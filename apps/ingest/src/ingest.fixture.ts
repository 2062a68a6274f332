import { MemoryLog } from '@parley/bus';
import { openPglite, ownerRole, PostgresLaneStore, PostgresSlotStore } from '@parley/bus-postgres';
import { TOPICS } from '@parley/contracts';
import { systemRandom } from '@parley/crypto';
import { catalogFold } from '@parley/domain';
import { everyBusiness, everyLane, Host, KeyRing, processLogger, Runtime, sleep } from '@parley/service';
import { ingest } from './ingest.module.js';
import { businessId, present, serviceKey } from './requests/requests.fixture.js';

export interface IngestProcess {
  readonly log: MemoryLog;
  readonly runtime: Runtime;
  readonly ring: KeyRing;
  readonly address: string;
  readonly operator: string;
  ask(path: string, token: string, body?: object | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;
  end(): Promise<void>;
}

/** The service ingest on a log that has headers and is not in its database, as on Kafka, with a business and its number. */
export async function ingestProcess(): Promise<IngestProcess> {
  const database = await openPglite({ memory: true });
  const log = new MemoryLog((topic) => TOPICS[topic].partitions.embedded);
  const runtime = new Runtime({
    ...{ database, log, serviceKey, sleep, fold: catalogFold, holder: 'spec', slots: 1, random: systemRandom },
    laneStore: (schema) => new PostgresLaneStore(database.as({ role: ownerRole(schema) }), { schema, topologies: [] }),
    slotStore: (schema) => new PostgresSlotStore(database.as({ role: ownerRole(schema) }), { schema }),
    assignment: () => everyLane,
    meet: async () => undefined,
    clock: Date.now,
    newId: () => globalThis.crypto.randomUUID(),
    closeLog: async () => undefined,
  });
  await runtime.open();
  const host = await Host.create({ runtime: runtime as Runtime, services: [ingest], modules: [], settings: {}, bodyLimitBytes: 262_144, logger: processLogger('error', 'text') });
  const ring = host.app.get(KeyRing);
  const operator = (await ring.make({ businessId: everyBusiness, scopes: ['operator'], name: 'operator' })).token;
  const address = `http://127.0.0.1:${await host.start(0, '127.0.0.1')}`;
  let keys = 0;
  const ask: IngestProcess['ask'] = async (path, token, body, headers = {}) => {
    const bytes = body instanceof Uint8Array;
    const type = bytes ? 'application/octet-stream' : 'application/json';
    const given = { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': type, 'Idempotency-Key': `k${(keys += 1)}` } : {}), ...headers };
    const response = await fetch(address + path, body ? { method: 'POST', headers: given, body: bytes ? Buffer.from(body) : JSON.stringify(body) } : { headers: given });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  await ask('/ingest/v1/businesses', operator, { businessId, ownerId: 'acme-group', name: 'Acme', zone: 'UTC', currency: 'USD' });
  await ask('/ingest/v1/numbers', operator, { numberId: 'n1', businessId, displayName: 'Acme', phone: '15550000001' });
  for (const [account, { listVersion, devices }] of Object.entries(present)) {
    const [party, accountId] = account.split(' ');
    const values = [accountId, party, party === 'business' ? accountId : everyBusiness, listVersion, JSON.stringify(devices)];
    await database.as({ role: ownerRole('ingest') }).query('INSERT INTO ingest.account_devices (account_id, party, business_id, list_version, devices, source_partition) VALUES ($1, $2, $3, $4, $5, 0)', values);
  }
  const end = async (): Promise<void> => {
    await host.stop(4_000);
    await database.close();
  };
  return { log, runtime: runtime as Runtime, ring, address, operator, ask, end };
}
