// The same changes, judged by Avro's own library, which is what Confluent's registry asks. Of logical types and limits it knows nothing.
import { expect, test } from '@jest/globals';
import { javaAvro, requireOr } from '@parley/testing';
import { REGISTERED_SCHEMAS } from '../generated/schemas.js';
import { changes } from './changes.fixture.js';
import { nodeOf } from './parse.js';
import { readingFaults } from './read.js';

const avro = await javaAvro();
const table = changes.filter(([of]) => of !== 'logical types and limits').flatMap(([, rows]) => rows);
const pairs = table.flatMap(([what, before, after]) => [
  { what: `${what}: the new reads the old`, reader: after, writer: before },
  { what: `${what}: the old reads the new`, reader: before, writer: after },
]);
const titles = ['Avro for Java says the same of every change', 'Avro for Java takes every registered schema, and finds that it reads itself'] as const;

if ('unavailable' in avro) {
  for (const title of titles) test.skip(`${title} (skipped: ${requireOr('java', avro.unavailable)})`, () => undefined);
} else {
  test(titles[0], async () => {
    const theirs = await avro.ask(pairs.map(({ reader, writer }) => ({ reader: JSON.stringify(reader), writer: JSON.stringify(writer) })));
    const said = (kinds: readonly unknown[]) => (kinds.length === 0 ? 'reads' : 'does not read');
    const expected = pairs.map(({ what }, index) => `${what}: ${said(theirs[index]!['kinds'] as readonly unknown[])}`);
    const ours = pairs.map(({ what, reader, writer }) => `${what}: ${said(readingFaults(nodeOf(reader), nodeOf(writer), { limits: false }))}`);
    expect(ours).toEqual(expected);
    expect(ours.filter((line) => line.endsWith('does not read')).length).toBeGreaterThan(30);
  }, 60_000);

  test(titles[1], async () => {
    const texts = REGISTERED_SCHEMAS.map(({ schema }) => JSON.stringify(schema));
    const answers = await avro.ask(texts.map((schema) => ({ reader: schema, writer: schema })));
    expect(answers).toEqual(texts.map(() => ({ kinds: [] })));
  }, 60_000);
}
