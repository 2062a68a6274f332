import { beforeEach, describe, expect, it } from '@jest/globals';
import { toBase64 } from '@parley/crypto';
import { FolderError } from '../folder/error.js';
import type { Call, Fact } from '../state/fact.js';
import { State } from '../state/state.js';
import { WireFault } from '../wire/fault.js';
import type { Prepared } from '../outbox/sender.js';
import { Intake } from './intake.js';

const topic = 'commands';
const number = { phoneNumberId: '106', numberId: 'n1', displayPhoneNumber: '+1 555', verifiedName: 'Shop' };
const body = (change: object = {}) => ({ request_id: 'r1', phone_number_id: '106', messaging_product: 'whatsapp', to: '15551230001', text: { body: 'Hello' }, ...change });

let state: State;
let asked: string[];
let sent: Call[];
let refuse: (() => Error) | null;
let offset: number;
let lines: string[];

beforeEach(() => {
  [state, asked, sent, refuse, offset, lines] = [new State(), [], [], null, 0, []];
  state.apply({ type: 'NumberSet', number });
  state.apply({ type: 'TokenKeySet', key: toBase64(new Uint8Array(32).fill(1)) });
});

function intake(): Intake {
  const journal = { append: async (...facts: readonly Fact[]) => facts.forEach((fact) => state.apply(fact)) };
  const prepare = async (_: unknown, __: unknown, wireId: string, facts: (prepared: Prepared) => readonly Fact[]) => {
    asked.push(wireId);
    if (refuse !== null) throw refuse();
    const call: Call = { id: wireId, line: 'b.c', path: '/ingest/v1/messages', body: '{}', lane: 'api', queuedAt: 0, wireId };
    const prepared: Prepared = { wireId, call, facts: [] };
    await journal.append(...facts(prepared));
    return prepared;
  };
  const log = { warn: (line: string) => void lines.push(line) };
  return new Intake({ topic, state, journal, sender: { prepare, markRead: async () => undefined }, outbox: { take: (calls) => void sent.push(...calls) }, now: () => 5, log });
}

const take = (value: unknown, at = offset++) => intake().take({ partition: 0, offset: at, key: null, value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)), at: 0 });
const outcomes = () => [...state.outcomes.values()].map(({ id, type, key, body: text }) => ({ id, type, key, ...(JSON.parse(text) as object) }));

describe('the intake of commands', () => {
  it('journals the call, the id and the place behind it together, then sends', async () => {
    expect(await take(body())).toBe('taken');
    expect(sent).toMatchObject([{ command: { requestId: 'r1', phoneNumberId: '106', input: '15551230001' } }]);
    expect([...state.calls.keys()]).toEqual(sent.map(({ id }) => id));
    expect(state.positionOf(topic, 0)).toBe(1);
    expect(outcomes()).toEqual([]); // The platform has not answered.
  });

  it('gives a command that is read again no second effect, also under another place', async () => {
    for (const at of [0, 0, 7]) await take(body(), at);
    expect(asked).toHaveLength(1);
    expect(outcomes()).toEqual([]);
    expect(state.positionOf(topic, 0)).toBe(8);
  });

  it('rejects another command under the same id, and a corrected one after a rejection', async () => {
    await take(body());
    await take(body({ text: { body: 'Else' } }));
    await take(body({ text: { body: 'Else' } }));
    expect(sent).toHaveLength(1);
    expect(outcomes()).toMatchObject([{ type: 'rejected', key: 'r1', request_id: 'r1', code: 131009, field: 'request_id' }]);
  });

  it('rejects what is no command, and goes on', async () => {
    for (const bad of ['{', body({ request_id: 'r2', phone_number_id: '999' })]) expect(await take(bad)).toBe('taken');
    await take(body());
    expect(outcomes()).toMatchObject([
      { type: 'rejected', key: 'commands-0-0', code: 100, field: '', hint: expect.stringContaining('must be JSON') },
      { type: 'rejected', key: 'r2', code: 33, field: 'phone_number_id', hint: expect.stringContaining('It serves 106'), error: { type: 'OAuthException', code: 33 } },
    ]);
    expect(sent).toHaveLength(1);
  });

  it('rejects what the gateway refuses, and what it stumbles over', async () => {
    refuse = () => new WireFault('template-unknown', 'template name (x) does not exist', 'template.name');
    await take(body());
    refuse = () => new TypeError('a slip with a secret in it');
    await take(body({ request_id: 'r2' }));
    expect(outcomes()).toMatchObject([{ code: 132001, field: 'template.name' }, { code: 131000 }]);
    expect(lines.join()).toMatch(/at offset 1 of partition 0 met a fault: TypeError/);
    expect(lines.join()).not.toContain('secret');
  });

  it.each(['unavailable', 'permission', 'throughput'] as const)('waits while the platform is %s, and has not moved on', async (kind) => {
    refuse = () => new WireFault(kind, 'Not now.');
    expect(await take(body(), 0)).toBe('later');
    expect([state.positionOf(topic, 0), state.requests.size]).toEqual([null, 0]);
    refuse = null;
    expect(await take(body(), 0)).toBe('taken');
    expect(asked[0]).toBe(asked[1]); // The same message, whichever attempt seals it.
  });

  it('waits while too much waits elsewhere', async () => {
    for (let n = 0; n < 50_000; n++) state.apply({ type: 'OutcomeQueued', outcome: { id: `o${n}`, type: 'status', key: '', subject: '', at: 0, body: '' } });
    expect(await take(body())).toBe('later');
    state.apply({ type: 'OutcomesSettled', ids: ['o0'] });
    expect(await take(body())).toBe('taken');
  });

  it('ends with the journal', async () => {
    refuse = () => new FolderError('disk full');
    await expect(take(body())).rejects.toThrow('disk full');
  });

  it('remembers all of it in a journal that is written anew', async () => {
    await take(body());
    await take('{');
    const again = new State();
    for (const fact of state.snapshot()) again.apply(fact);
    expect([...again.outcomes]).toEqual([...state.outcomes]);
    expect([...again.requests]).toEqual([...state.requests]);
    expect(again.positionOf(topic, 0)).toBe(2);
    expect(again.outcomeCharacters).toBe(state.outcomeCharacters);
  });
});
