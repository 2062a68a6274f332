// What only one process has: the embedded log, PGlite's files, and what `npm start` prints. deploy/blind is the whole of it, with every service apart; a heap shared with the
// gateway would tell nothing.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPglite } from '@parley/bus-postgres';
import { newId, systemRandom } from '@parley/crypto';
import { addressed, BothEnds, Canaries, filesIn, planted, Scanner, tablesOf, textMessage, travel, type Finding, type Plant } from '@parley/testing';
import { cast } from '../sandbox/cast.js';
import { pause, PlatformProcess } from './platform-process.fixture.js';

const drawn = (): string => newId('k', systemRandom).replaceAll(/[^A-Za-z0-9]/g, '');

async function endsOf({ address, sandbox }: PlatformProcess, words: Canaries): Promise<BothEnds> {
  const contact = { number: '491713920042', code: sandbox.code, name: words.word('name of the contact') };
  return BothEnds.open({ ...cast.wire, gateway: address, platform: address, apiToken: sandbox.apiToken, businessNumber: cast.number.phone, template: cast.template, contact });
}

/** Every place where a word could have been left, looked through. The kinds of sinks come with how much was read. */
async function scan(platform: PlatformProcess, words: Canaries): Promise<{ readonly findings: readonly Finding[]; readonly tables: readonly string[] }> {
  const scanner = new Scanner([words]);
  await scanner.scan('metrics', [Buffer.from(await (await fetch(`${platform.address}/metrics`)).text())]);
  await platform.end('SIGINT');
  await scanner.scan('what was printed', [Buffer.from(platform.printed)]);
  for (const { name, chunks } of filesIn(platform.folder.path)) await scanner.scan(`file ${name}`, chunks);
  const database = await openPglite({ folder: platform.folder.database });
  const tables: string[] = [];
  for await (const { name, chunks } of tablesOf(database)) {
    const before = scanner.scannedBytes;
    await scanner.scan(`table ${name}`, chunks);
    if (scanner.scannedBytes > before) tables.push(name);
  }
  await database.close();
  return { findings: scanner.findings, tables };
}

describe('what the platform in one process sees', () => {
  const words = new Canaries(drawn());
  let platform: PlatformProcess;
  let missing: readonly string[] = [];

  beforeAll(async () => {
    platform = await PlatformProcess.make();
    await platform.start();
    const ends = await endsOf(platform, words);
    missing = await travel(ends, (name) => words.word(name), 20_000, pause);
    await ends.close();
  }, 120_000);
  afterAll(() => platform.remove());

  it('is enough to carry every type of content, both ways', () => {
    expect(missing).toEqual([]);
  });

  it('holds records, and none of the words in any form', async () => {
    const { findings, tables } = await scan(platform, words);
    expect(tables).toContain('log.batch');
    expect(tables.length).toBeGreaterThan(20);
    expect(findings).toEqual([]);
  }, 60_000);
});

/** Builds of the gateway with a leak: the same scan must find it. */
const sealing = 'const call = { id: wireId,';
const plants: readonly (Plant & { readonly sink: RegExp })[] = [
  { file: 'apps/gateway/dist/outbox/sender.js', sink: /^table ingest\.|^file /, find: sealing, replace: "const call = { id: request.body?.includes('leaked') ? request.body : wireId," },
  { file: 'apps/gateway/dist/outbox/sender.js', sink: /^what was printed/, find: sealing, replace: `console.log(JSON.stringify(request)); ${sealing}` },
];

describe.each(plants)('a build that leaks through $file to $sink', (plant) => {
  it('is found out', async () => {
    const words = new Canaries(drawn());
    const platform = await PlatformProcess.make(planted(plant));
    try {
      await platform.start();
      const ends = await endsOf(platform, words);
      await ends.phone.write(`+${cast.number.phone}`, 'Hello');
      await ends.until(() => ends.webhooks().includes('Hello'));
      expect(await ends.post(addressed(ends, textMessage(words.word('leaked'))))).toMatchObject({ status: 200 });
      await ends.until(async () => (await ends.history()).some(({ text }) => text === words.word('leaked')));
      await ends.close();
      const { findings } = await scan(platform, words);
      expect(findings.filter(({ word, sink }) => word === 'leaked' && plant.sink.test(sink))).not.toEqual([]);
      expect(findings.filter(({ sink }) => !plant.sink.test(sink))).toEqual([]);
    } finally {
      await platform.remove();
    }
  }, 120_000);
});
