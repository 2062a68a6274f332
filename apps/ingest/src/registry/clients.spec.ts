// The registry and our frames, as the clients of others find them.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { createCodec } from '@parley/bus';
import { SUBJECTS } from '@parley/contracts';
import type { AnyEvent } from '@parley/contracts';
import { javaAvro, pythonClients, requireOr } from '@parley/testing';
import { registryServer } from './registry-server.fixture.js';
import type { RegistryServer } from './registry-server.fixture.js';

const SUBJECT = 'parley.requests.v1-parley.v1.SendMessage';
const newest = SUBJECTS.find(({ name }) => name === SUBJECT)!.versions.at(-1)!;
const request = {
  type: 'SendMessage',
  meta: { eventId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', at: 1_764_000_000_000, recordedAt: 1_764_000_000_001, link: '', number: 0, cause: null, catalogOffset: 0 },
  ...{ authorization: null, requestId: 'r-1', messageId: 'm-1', numberId: 'n-1', contactId: 'c-1', kind: 'free_form', template: null, sendAt: null },
  envelope: Uint8Array.of(0, 128, 255),
} as unknown as AnyEvent;
const frame = Buffer.from(createCodec().encode(request)).toString('hex');

const [python, java] = await Promise.all([pythonClients(), javaAvro()]);
let server: RegistryServer;

beforeAll(async () => {
  server = await registryServer();
});
afterAll(() => server.close());

const pythonTitle = 'confluent-kafka and fastavro for Python find every schema, and read and write our frames';
if ('unavailable' in python) test.skip(`${pythonTitle} (skipped: ${requireOr('python', python.unavailable)})`, () => undefined);
else {
  test(pythonTitle, async () => {
    const said = JSON.parse(await python.run(fileURLToPath(new URL('./clients.py', import.meta.url)), [server.url, SUBJECT, frame])) as Record<string, unknown>;
    expect(said).toEqual({
      subjects: SUBJECTS.map(({ name }) => name),
      latest: [newest.id, newest.version],
      idInFrame: newest.id,
      lookedUp: newest.id,
      same: true,
      record: { requestId: 'r-1', kind: 'free_form', envelope: '0080ff', at: 1_764_000_000_000 },
      writtenAgain: { true: frame, false: frame },
      compatible: true,
      incompatible: false,
      level: 'FULL_TRANSITIVE',
      unknownSubject: [404, 40401],
      unknownSchema: [404, 40403],
      registering: [422, 42205],
    });
  }, 60_000);
}

const javaTitle = 'Avro for Java reads our frames with the schema of the registry';
if ('unavailable' in java) test.skip(`${javaTitle} (skipped: ${requireOr('java', java.unavailable)})`, () => undefined);
else {
  test(javaTitle, async () => {
    const { schema } = (await (await fetch(`${server.url}/schemas/ids/${newest.id}`)).json()) as { schema: string };
    const [said] = await java.ask([{ schema, frame }]);
    expect(said).toMatchObject({ id: newest.id, name: 'parley.v1.SendMessage' });
    expect(JSON.parse(said!['text'] as string)).toMatchObject({ requestId: 'r-1', kind: 'free_form', meta: { at: 1_764_000_000_000, cause: null } });
  }, 60_000);
}
