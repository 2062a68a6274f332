import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from '../behaviour/jest.js';
import { startKafka } from '../kafka/start.js';
import { startPostgres } from '../postgres/start.js';

const script = fileURLToPath(new URL('../../dist/crash/line-process.js', import.meta.url));

interface Found {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly link: string;
  readonly number: number;
  readonly cause: number | null;
  readonly payload: { readonly type: string; readonly message?: { readonly messageId: string } };
}

// Of its own: the topics begin empty.
const kafka = await startKafka({ own: true });
const postgres = await startPostgres();
const missing = [kafka, postgres].flatMap((server) => ('unavailable' in server ? [server.unavailable] : [])).join('; ');
afterAll(async () => {
  for (const server of [kafka, postgres]) if ('stop' in server) await server.stop();
});

interface Subject {
  readonly name: string;
  readonly skip: string;
  open(): { readonly place: string; close(): void };
}

const subjects: readonly Subject[] = [
  {
    name: 'PGlite, in two steps',
    skip: '',
    open: () => {
      const folder = mkdtempSync(join(tmpdir(), 'parley-crash-'));
      return { place: folder, close: () => rmSync(folder, { recursive: true, force: true }) };
    },
  },
  {
    name: 'Kafka and PostgreSQL',
    skip: missing,
    open: () => ({ place: JSON.stringify({ brokers: 'brokers' in kafka && kafka.brokers, url: 'url' in postgres && postgres.url }), close: () => undefined }),
  },
];

for (const { name, skip, open } of subjects) suite(`a process killed between commit and append, on ${name}`, skip || undefined, () => {
  let opened: ReturnType<Subject['open']>;
  const answered = new Set<string>();
  const kills: string[] = [];
  let found: Found[] = [];

  const run = (...args: string[]): { signal: string | null; lines: string[]; errors: string } => {
    const { signal, stdout, stderr } = spawnSync(process.execPath, [script, opened.place, ...args], { encoding: 'utf8', timeout: 60_000 });
    return { signal, lines: stdout.split('\n').filter((line) => line !== ''), errors: stderr };
  };

  beforeAll(() => {
    opened = open();
    for (const killBefore of [1, 4, 9, 14, 19, 3, 0]) {
      const { signal, lines, errors } = run('run', String(killBefore));
      kills.push(signal ?? lines.at(-1) ?? errors);
      for (const line of lines) if (line.startsWith('answered ')) answered.add(line.slice('answered '.length));
    }
    found = run('report').lines.map((line) => JSON.parse(line) as Found);
  }, 240_000);

  afterAll(() => opened.close());

  it('was killed each time, and ended by itself when it was let live', () => {
    expect(kills).toEqual([...Array<string>(6).fill('SIGKILL'), 'done']);
  });

  it('wrote nothing under a link and number that stood there with other content', () => {
    const byNumber = new Map<string, string>();
    let repeats = 0;
    for (const { topic, partition, link, number, cause, payload } of found) {
      const id = `${topic}/${partition} ${link} ${number}`;
      const content = JSON.stringify({ cause, payload });
      if (byNumber.has(id)) repeats += 1;
      expect(byNumber.get(id) ?? content).toBe(content);
      byNumber.set(id, content);
    }
    expect(found.length - repeats).toBe(byNumber.size);
  });

  it('has every answered request on the log exactly once, and exactly one decision on each', () => {
    const accepted = new Map(found.map((record) => [`${record.topic}/${record.partition} ${record.link} ${record.number}`, record]));
    const count = (test: (record: Found) => boolean): number => [...accepted.values()].filter(test).length;
    expect(answered.size).toBeGreaterThanOrEqual(40);
    for (const key of answered) {
      if (!key.startsWith('m')) continue;
      expect({ key, requests: count(({ payload }) => payload.type === 'MessageRequested' && payload.message?.messageId === key) }).toEqual({ key, requests: 1 });
      expect({ key, decisions: count(({ payload, cause }) => cause !== null && payload.message?.messageId === key) }).toEqual({ key, decisions: 1 });
    }
  });
});
