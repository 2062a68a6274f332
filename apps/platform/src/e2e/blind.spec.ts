import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openPglite } from '@parley/bus-postgres';
import { cast } from '../sandbox/cast.js';
import { leaks, planted, type Plant } from './leak.fixture.js';
import { pause, PlatformProcess } from './platform-process.fixture.js';

/** Unique texts, one for each way a plaintext can take. */
const canaries = {
  inbound: 'canary-Inbound-7f3a9c',
  reply: 'canary-Reply-51be02',
  refused: 'canary-Refused-c0ffee',
  parameter: 'canary-Param-90d1e4',
  badRequest: 'canary-BadJson-77aa31',
  wrongTemplate: 'canary-WrongTpl-3e3e3e',
  unsupported: 'canary-Unsupp-1d2c3b',
};

async function post(platform: PlatformProcess, body: string): Promise<void> {
  const headers = { Authorization: `Bearer ${platform.sandbox.apiToken}`, 'Content-Type': 'application/json' };
  await fetch(`${platform.address}/gateway/v23.0/${cast.wire.phoneNumberId}/messages`, { method: 'POST', headers, body });
}

function template(name: string, value: string): string {
  const components = [{ type: 'body', parameters: [value, 'Friday'].map((text) => ({ type: 'text', text })) }];
  return JSON.stringify({ messaging_product: 'whatsapp', to: cast.customer.phone, type: 'template', template: { name, language: { code: cast.template.language }, components } });
}

/** Sends every canary its way; returns what the customer read. */
async function journey(platform: PlatformProcess): Promise<string[]> {
  const { device, close } = await platform.phone();
  await platform.sendText(canaries.refused);
  await pause(500);
  await device.write(cast.number.phone, canaries.inbound);
  await pause(1_500);
  await platform.sendText(canaries.reply);
  await post(platform, template(cast.template.name, canaries.parameter));
  await post(platform, template('no_such_template', canaries.wrongTemplate));
  await post(platform, `{"messaging_product": "whatsapp", "text": "${canaries.badRequest}`);
  await post(platform, JSON.stringify({ messaging_product: 'whatsapp', to: cast.customer.phone, type: 'poem', poem: { body: canaries.unsupported } }));
  const texts: string[] = [];
  for (let tries = 0; tries < 10 && texts.length < 2; tries += 1) texts.push(...(await device.sync({ waitSeconds: 2 })).received.map(({ text }) => text ?? ''));
  await close();
  return texts;
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** Every place a plaintext could have been left: what was printed, metrics, files, and each value of each table (which the files may hold compressed). */
async function sinksOf(platform: PlatformProcess): Promise<Map<string, Uint8Array>> {
  const sinks = new Map<string, Uint8Array>();
  const response = await fetch(`${platform.address}/metrics`);
  sinks.set('metrics', Buffer.from(await response.text()));
  await platform.end('SIGINT');
  sinks.set('what was printed', Buffer.from(platform.printed));
  for (const path of filesBelow(platform.folder.path)) sinks.set(path.slice(platform.folder.path.length), readFileSync(path));
  const database = await openPglite({ folder: platform.folder.database });
  const tables = await database.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  for (const { schema, name } of tables.rows) {
    const { rows } = await database.query<Record<string, unknown>>(`select * from "${schema}"."${name}"`);
    const values = rows.flatMap((row) => Object.values(row)).map((value) => (value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value) ?? '')));
    sinks.set(`table ${schema}.${name}`, Buffer.concat(values.flatMap((value) => [value, Buffer.from('\n')])));
  }
  await database.close();
  return sinks;
}

describe('what the platform sees', () => {
  let platform: PlatformProcess;
  let texts: string[] = [];
  let sinks = new Map<string, Uint8Array>();

  beforeAll(async () => {
    platform = await PlatformProcess.make();
    await platform.start();
    texts = await journey(platform);
    sinks = await sinksOf(platform);
  }, 120_000);
  afterAll(() => platform.remove());

  it('is enough to carry the messages', () => {
    expect(texts).toEqual([canaries.reply, `Your order ${canaries.parameter} is on its way and should arrive on Friday.`]);
  });

  it('holds records, and none of the texts in any form', () => {
    expect(sinks.get('table log.batch')?.length ?? 0).toBeGreaterThan(1_000);
    expect([...sinks.keys()].filter((name) => name.startsWith('table ')).length).toBeGreaterThan(20);
    expect(leaks(Object.values(canaries), sinks)).toEqual([]);
  });
});

/** Builds with a leak: the same journey and scan must find it. */
const plants: readonly (Plant & { readonly sink: RegExp })[] = [
  {
    file: 'apps/gateway/dist/outbox/sender.js', sink: /table ingest\./,
    find: 'newMessageId(this.options.random));',
    replace: "newMessageId(this.options.random).slice(0, 16) + Buffer.from(JSON.stringify(request)).toString('hex').match(/63616e6172792d(?:[0-9a-f]{2}){0,20}/)?.[0]);",
  },
  {
    file: 'apps/gateway/dist/outbox/sender.js', sink: /what was printed/,
    find: 'newMessageId(this.options.random));',
    replace: "newMessageId(this.options.random)); console.log(JSON.stringify(request));",
  },
];

describe.each(plants)('a build that leaks through $file to $sink', (plant) => {
  it('is found out', async () => {
    const platform = await PlatformProcess.make(planted(plant));
    try {
      await platform.start();
      await journey(platform);
      const found = leaks([canaries.reply], await sinksOf(platform));
      expect(found.filter((line) => plant.sink.test(line))).not.toEqual([]);
    } finally {
      await platform.remove();
    }
  }, 120_000);
});
