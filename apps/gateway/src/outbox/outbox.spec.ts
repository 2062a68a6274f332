import { afterEach, describe, expect, it } from '@jest/globals';
import { PlatformError } from '@parley/sdk';
import type { Call, Fact } from '../state/fact.js';
import { State } from '../state/state.js';
import { until } from '../testing/until.fixture.js';
import { callHorizonMs, Outbox, type OutboxOptions } from './outbox.js';

const call = (id: string, line = 'b.c'): Call => ({ id, line, path: '/ingest/v1/messages', body: `{"id":"${id}"}`, lane: 'api', queuedAt: 0, wireId: id });
const unreachable = () => new PlatformError({ kind: 'unreachable', status: 0, title: 'away', detail: '' });
const refused = (status: number) => new PlatformError({ kind: 'problem', status, type: 'urn:parley:problem:x', title: 'no', detail: 'Because.' });
const turns = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** An outbox over a journal in memory and a platform that answers as told. */
class Rig {
  readonly state = new State();
  /** Every request to the platform, in order. */
  readonly asked: string[] = [];
  readonly failed: string[] = [];
  /** What was told of commands: the call, and how it was refused (null: it was not). */
  readonly answered: [string, string | null][] = [];
  /** What was sent though it was not written down. */
  readonly unwritten: string[] = [];
  /** Added to the clock. */
  skippedMs = 0;
  journalFault: Error | null = null;
  /** How long the disk takes to write down that a call is settled. */
  settlingMs = 0;
  answer: (call: Call) => Promise<void> = async () => undefined;
  readonly outbox: Outbox;

  constructor(options: Partial<OutboxOptions> = {}) {
    const journal = { append: async (...facts: readonly Fact[]) => {
      if (this.journalFault !== null) throw this.journalFault;
      if (facts[0]?.type === 'CallSettled') await turns(this.settlingMs);
      for (const fact of facts) this.state.apply(fact);
    } }; // prettier-ignore
    const platform = { perform: async (one: Call) => {
      if (this.state.calls.get(one.id) !== one) this.unwritten.push(one.id);
      this.asked.push(one.id);
      await this.answer(one);
    } }; // prettier-ignore
    this.outbox = new Outbox({
      state: this.state, journal, platform, now: () => this.skippedMs + performance.now(), chance: () => 1, backoff: { firstMs: 5, longestMs: 10 }, answerWithinMs: 40,
      resealed: async () => null, failed: (one) => (this.failed.push(one.id), []), refused: () => [], answered: (one, fault) => (this.answered.push([one.id, fault?.kind ?? null]), []), log: { warn: () => undefined }, broken: () => undefined, ...options,
    }); // prettier-ignore
  }
}

let rig = new Rig();
afterEach(async () => {
  await rig.outbox.stop();
  expect(rig.unwritten).toEqual([]);
});

describe('the outbox', () => {
  it('answers with what the platform says, in time', async () => {
    rig = new Rig();
    expect(await rig.outbox.submit(call('a'), [])).toEqual({ kind: 'accepted' });
    rig.answer = async () => Promise.reject(refused(400));
    expect(await rig.outbox.submit(call('b'), [])).toMatchObject({ kind: 'refused', fault: { kind: 'invalid-parameter' } });
    expect(rig.failed).toEqual([]); // Who asked has been told.
    expect(rig.state.calls.size).toBe(0);
  });

  it('tells of a command what became of it, and takes what the platform has under its id already for sent', async () => {
    rig = new Rig();
    const known = new PlatformError({ kind: 'problem', status: 422, type: 'urn:parley:problem:idempotency-conflict', title: 'no', detail: 'Used before.' });
    const command = { requestId: 'r', phoneNumberId: '1', input: '+1' };
    rig.answer = async ({ id }) => (id === 'a' ? undefined : Promise.reject(id === 'b' ? refused(400) : known));
    for (const id of ['a', 'b', 'c']) {
      rig.state.apply({ type: 'CallQueued', call: { ...call(id), command } });
      rig.outbox.take([rig.state.calls.get(id)!]);
    }
    await until(() => rig.state.calls.size === 0);
    expect(rig.answered).toEqual([['a', null], ['b', 'invalid-parameter'], ['c', null]]);
    expect(rig.failed).toEqual([]); // No webhook: nobody knows its wamid.
    expect(await rig.outbox.submit(call('d'), [])).toMatchObject({ kind: 'refused' });
  });

  it('sends nothing that could not be written down', async () => {
    rig = new Rig();
    rig.journalFault = new Error('disk full');
    await expect(rig.outbox.submit(call('a'), [])).rejects.toThrow('disk full');
    await turns(30);
    expect(rig.asked).toEqual([]);
  });

  it('promises what the platform does not take in time, keeps the promise, and tells when it cannot', async () => {
    rig = new Rig();
    rig.answer = async () => Promise.reject(unreachable());
    expect(await rig.outbox.submit(call('a'), [])).toEqual({ kind: 'pending' });
    expect(rig.state.calls.size).toBe(1);
    rig.answer = async () => Promise.reject(refused(400));
    await until(() => rig.state.calls.size === 0);
    expect(rig.failed).toEqual(['a']);
  });

  it('tells one thing only when the answer comes just as time runs out', async () => {
    for (let delay = 20; delay <= 60; delay += 4) {
      rig = new Rig();
      rig.settlingMs = 20; // So that time also runs out while the answer is being written down.
      rig.answer = () => turns(delay).then(() => Promise.reject(refused(400)));
      const outcome = await rig.outbox.submit(call('a'), []);
      await until(() => rig.state.calls.size === 0);
      expect(rig.failed).toEqual(outcome.kind === 'refused' ? [] : ['a']);
      await rig.outbox.stop();
    }
  });

  it('goes on after a restart with what was left, as promised', async () => {
    rig = new Rig();
    for (const id of ['a', 'b']) rig.state.apply({ type: 'CallQueued', call: call(id) });
    rig.answer = async ({ id }) => (id === 'b' ? Promise.reject(refused(404)) : undefined);
    rig.outbox.start();
    await until(() => rig.state.calls.size === 0);
    expect(rig.asked).toEqual(['a', 'b']);
    expect(rig.failed).toEqual(['b']);
  });

  it('keeps the order of a line, and lets other lines pass', async () => {
    rig = new Rig();
    let open = false;
    rig.answer = async ({ id }) => (id === 'a1' && !open ? Promise.reject(refused(429)) : undefined);
    rig.outbox.take(['a1', 'a2', 'b1'].map((id) => call(id, id[0])).map((one) => (rig.state.apply({ type: 'CallQueued', call: one }), one)));
    await until(() => !rig.state.calls.has('b1'));
    await turns(30);
    expect(rig.asked).not.toContain('a2');
    open = true;
    await until(() => rig.state.calls.size === 0);
    expect(rig.asked.slice(-2)).toEqual(['a1', 'a2']);
  });

  it('asks a platform that is away with one request at a time, however much waits', async () => {
    rig = new Rig({ answerWithinMs: 1 });
    let inside = 0;
    let most = 0;
    rig.answer = async () => {
      most = Math.max(most, ++inside);
      await turns(1);
      inside -= 1;
      throw unreachable();
    };
    await rig.outbox.submit(call('first', 'first'), []);
    await until(() => rig.asked.length >= 2); // It is known to be away.
    const before = rig.asked.length;
    await Promise.all(Array.from({ length: 200 }, (_, n) => rig.outbox.submit(call(`m${n}`, `l${n}`), [])));
    await until(() => rig.asked.length > before + 5);
    expect(most).toBe(1);
    expect(rig.asked.length - before).toBeLessThan(100);
    rig.answer = async () => undefined;
    await until(() => rig.state.calls.size === 0);
  });

  it('gives up before the platform forgets the idempotency key', async () => {
    rig = new Rig();
    rig.state.apply({ type: 'CallQueued', call: call('old') });
    rig.skippedMs = callHorizonMs + 1;
    rig.outbox.start();
    await until(() => rig.state.calls.size === 0);
    expect(rig.asked).toEqual([]);
    expect(rig.failed).toEqual(['old']);
  });
});
