import { describe, expect, test } from '@jest/globals';
import { REGISTERED_SCHEMAS, SUBJECTS } from '@parley/contracts';
import type { AvroRecord, RegisteredSchema, Subject } from '@parley/contracts';
import type { Answer } from './answer.js';
import { SchemaRegistry } from './schema-registry.js';

const entry = (id: number, version: number, ...fields: readonly object[]): RegisteredSchema => {
  const schema = { type: 'record', namespace: 'shop', name: 'Ordered', fields: [{ name: 'id', type: { type: 'string', 'parley.maxLength': 64 } }, ...fields] } as unknown as AvroRecord;
  return { id, name: 'Ordered', version, fingerprint: '', schema };
};
const first = entry(3, 1);
const second = entry(9, 2, { name: 'note', type: 'string', default: '' });
const subject = (topic: string): Subject => ({ name: `${topic}-shop.Ordered`, topic, event: 'Ordered', versions: [first, second] }) as unknown as Subject;
const made = new SchemaRegistry([subject('orders'), subject('returns')]);
const ours = new SchemaRegistry(SUBJECTS);

const ORDERS = 'orders-shop.Ordered';
const asked = (schema: unknown) => ({ schema: JSON.stringify(schema) });
const refusal = ({ status, body }: Answer) => [status, (body as { error_code: number }).error_code];

describe('subjects and versions', () => {
  const all = { prefix: null, deletedOnly: false, page: { offset: null, limit: null } };

  test('are listed, by prefix and by page; nothing is ever deleted', () => {
    expect(made.list(all).body).toEqual([ORDERS, 'returns-shop.Ordered']);
    expect(made.list({ ...all, prefix: 'ret' }).body).toEqual(['returns-shop.Ordered']);
    expect(made.list({ ...all, prefix: ':*:' }).body).toHaveLength(2);
    expect(made.list({ ...all, page: { offset: 1, limit: 1 } }).body).toEqual(['returns-shop.Ordered']);
    expect(made.list({ ...all, page: { offset: 0, limit: -1 } }).body).toHaveLength(2);
    expect(made.list({ ...all, deletedOnly: true }).body).toEqual([]);
    expect(made.schemas({ prefix: 'orders', latestOnly: true, page: all.page }).body).toMatchObject([{ subject: ORDERS, version: 2, id: 9 }]);
    expect(made.versions(ORDERS, { deletedOnly: false }).body).toEqual([1, 2]);
  });

  test.each(['2', 'latest', '-1'])('version %s is shown', (version) => {
    expect(made.version(ORDERS, version).body).toEqual({ subject: ORDERS, version: 2, id: 9, schema: JSON.stringify(second.schema) });
    expect(made.versionSchema(ORDERS, version).body).toEqual(second.schema);
  });

  test.each<[string, Answer, number, number]>([
    ['an unknown subject', made.version('nobody', '1'), 404, 40401],
    ['an unknown version', made.version(ORDERS, '7'), 404, 40402],
    ['a version that is none', made.version(ORDERS, '0'), 422, 42202],
    ['a version that is a word', made.version(ORDERS, 'newest'), 422, 42202],
    ['versions of an unknown subject', made.versions('nobody', { deletedOnly: false }), 404, 40401],
    ['an unknown id', made.byId('4', { withMaxId: false }), 404, 40403],
    ['an id that is none', made.byId('x', { withMaxId: false }), 404, 40403],
  ])('%s is refused with Confluent’s code', (_, refused, status, code) => {
    expect(refusal(refused)).toEqual([status, code]);
  });

  test('an id is one schema for ever, wherever it is used', () => {
    expect(made.byId('3', { withMaxId: true })).toEqual({ status: 200, body: { schema: JSON.stringify(first.schema), maxId: 9 }, lasting: true });
    expect(made.subjectsOfId('3').body).toEqual([ORDERS, 'returns-shop.Ordered']);
    expect(made.versionsOfId('3').body).toEqual([{ subject: ORDERS, version: 1 }, { subject: 'returns-shop.Ordered', version: 1 }]);
  });
});

describe('a schema is looked up', () => {
  test.each<[string, object, number]>([
    ['as it was registered', first.schema, 3],
    ['with docs and the order of attributes another', { doc: 'An order.', name: 'shop.Ordered', type: 'record', fields: first.schema.fields }, 3],
    ['without our limits, as tools drop them', { ...first.schema, fields: [{ name: 'id', type: 'string' }] }, 3],
    ['in its newer version', second.schema, 9],
  ])('%s', (_, schema, id) => {
    expect(made.lookUp(ORDERS, asked(schema)).body).toMatchObject({ subject: ORDERS, id });
    expect(made.register(ORDERS, asked(schema))).toEqual({ status: 200, body: { id } });
  });

  test.each<[string, unknown, number, number]>([
    ['another schema', asked({ ...first.schema, fields: [] }), 404, 40403],
    ['another limit', asked({ ...first.schema, fields: [{ name: 'id', type: { type: 'string', 'parley.maxLength': 65 } }] }), 404, 40403],
    ['what is no Avro', asked({ type: 'record', name: 'Ordered' }), 422, 42201],
    ['what is no JSON', { schema: '{' }, 422, 42201],
    ['no schema', {}, 422, 42201],
    ['another format', { ...asked(first.schema), schemaType: 'PROTOBUF' }, 422, 42201],
    ['references', { ...asked(first.schema), references: [{ name: 'x', subject: 'y', version: 1 }] }, 422, 42201],
    ['no body', null, 422, 422],
  ])('%s is refused', (_, body, status, code) => {
    expect(refusal(made.lookUp(ORDERS, body))).toEqual([status, code]);
  });

  test('under an unknown subject: 40401', () => {
    expect(refusal(made.lookUp('nobody', asked(first.schema)))).toEqual([404, 40401]);
  });
});

describe('writing is not permitted', () => {
  test('a new schema, under a known subject or a new one', () => {
    expect(refusal(made.register(ORDERS, asked({ type: 'record', name: 'New', fields: [] })))).toEqual([422, 42205]);
    expect(refusal(made.register('new', asked(first.schema)))).toEqual([422, 42205]);
    expect(refusal(made.notPermitted(null))).toEqual([422, 42205]);
  });

  test('config and mode say so', () => {
    expect([made.config().body, made.mode().body]).toEqual([{ compatibilityLevel: 'FULL_TRANSITIVE' }, { mode: 'READONLY' }]);
    expect(made.subjectConfig(ORDERS, { orGlobal: false })).toEqual(made.config());
    expect(refusal(made.subjectConfig('nobody', { orGlobal: false }))).toEqual([404, 40408]);
    expect(made.subjectConfig('nobody', { orGlobal: true })).toEqual(made.config());
    expect(refusal(made.subjectMode('nobody', { orGlobal: false }))).toEqual([404, 40409]);
  });
});

describe('whether a schema may follow', () => {
  const added = (field: object) => asked({ ...second.schema, fields: [...second.schema.fields, field] });
  const judge = (body: unknown, version: string | null = null) => made.compatibility(ORDERS, { version, verbose: true, body });

  test('one that each reads and each is read by', () => {
    expect(judge(added({ name: 'more', type: 'int', default: 1 }))).toEqual({ status: 200, body: { is_compatible: true, messages: [] } });
  });

  test('one that could not read an earlier one; verbosely', () => {
    const { body } = judge(added({ name: 'more', type: 'int' }), 'latest') as { body: { is_compatible: boolean; messages: string[] } };
    expect(body.is_compatible).toBe(false);
    expect(body.messages[0]).toContain('READER_FIELD_MISSING_DEFAULT_VALUE');
    expect(body.messages[0]).toContain('Ordered.more is new and has no default');
    expect(body.messages.at(-1)).toBe("{compatibility: 'FULL_TRANSITIVE'}");
  });

  test('one that fits the version named, and not another', () => {
    const stricter = asked({ ...first.schema, fields: [...first.schema.fields, { name: 'note', type: 'int', default: 0 }] });
    expect(judge(stricter, '1').body).toMatchObject({ is_compatible: true });
    expect(judge(stricter, '2').body).toMatchObject({ is_compatible: false });
    expect(judge(stricter).body).toMatchObject({ is_compatible: false });
  });

  test('without being told why, unless asked', () => {
    expect(made.compatibility(ORDERS, { version: null, verbose: false, body: asked('string') }).body).toEqual({ is_compatible: false });
  });

  test('the first of a subject nobody knows may be anything; a version of it is not found', () => {
    expect(made.compatibility('new', { version: null, verbose: false, body: asked('string') }).body).toEqual({ is_compatible: true });
    expect(refusal(judge(asked('string'), '7'))).toEqual([404, 40402]);
    expect(refusal(made.compatibility('new', { version: '1', verbose: false, body: asked('string') }))).toEqual([404, 40401]);
  });
});

describe('our own schemas', () => {
  test('have a subject for each topic they lie on, under the id that stands in frames', () => {
    const { id } = REGISTERED_SCHEMAS.find(({ name }) => name === 'DecisionSkipped')!;
    expect(ours.subjectsOfId(String(id)).body).toEqual(['parley.conversations.v1-parley.v1.DecisionSkipped', 'parley.ledger.v1-parley.v1.DecisionSkipped']);
    expect(ours.version('parley.requests.v1-parley.v1.SendMessage', 'latest').body).toMatchObject({ id: REGISTERED_SCHEMAS.findLast(({ name }) => name === 'SendMessage')!.id });
  });

  test('are found by their own text', () => {
    for (const { name, versions } of SUBJECTS) {
      for (const { id, version, schema } of versions) expect(ours.lookUp(name, asked(schema)).body).toMatchObject({ id, version });
    }
  });
});
