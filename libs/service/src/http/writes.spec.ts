import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { MemoryLog, MemoryStore } from '@parley/bus';
import type { SlotStore } from '@parley/bus';
import { systemRandom } from '@parley/crypto';
import type { Request, Response } from 'express';
import { sleep } from '../lanes/supervised.js';
import { Runtime } from '../process/runtime.js';
import type { ServiceParts } from '../process/service.js';
import { Problem } from './problem.js';
import { everyLane } from '../lanes/assignment.js';
import { Writes } from './writes.js';

Logger.overrideLogger(false);

const service: ServiceParts = { name: 'toy', about: '', topologies: [], writes: ['parley.conversations.v1'], entities: [], migrations: [] };

/** Writes on this store. A wait for the answer's limit is over at once. */
function writesOn(store: SlotStore): Writes {
  const log = new MemoryLog(() => 1);
  const runtime = new Runtime({
    database: undefined as never,
    log,
    fold: { initial: null, evolve: () => null },
    serviceKey: new Uint8Array(32),
    holder: 'spec',
    slots: 1,
    laneStore: () => new MemoryStore(log),
    slotStore: () => store,
    clock: Date.now,
    newId: () => globalThis.crypto.randomUUID(),
    random: systemRandom,
    sleep: (ms, signal) => sleep(ms >= 10_000 ? 50 : ms, signal),
    assignment: () => everyLane,
    meet: async () => undefined,
    closeLog: async () => undefined,
  });
  return new Writes(runtime, service);
}

async function refusalOf(writes: Writes): Promise<Problem> {
  const request = { method: 'POST', originalUrl: '/toy', body: {}, header: () => 'key' } as unknown as Request;
  const response = { status: () => undefined, setHeader: () => undefined } as unknown as Response;
  const submitted = writes.submit(request, response, { businessId: 'acme', client: 'business', outputs: [], answer: { status: 202, body: {} } });
  return submitted.then(
    () => {
      throw new Error('it was answered');
    },
    (error: Problem) => error,
  );
}

describe('a write', () => {
  it('is known again by its client and key, and by no other', async () => {
    const writes = writesOn(new MemoryStore(new MemoryLog(() => 1)));
    const asked = { method: 'POST', originalUrl: '/toy', body: {}, header: () => 'key' } as unknown as Request;
    const response = { status: () => undefined, setHeader: () => undefined } as unknown as Response;
    const own = { businessId: 'acme', client: 'business' };
    expect(await writes.repeats(asked, own)).toBe(false);
    await writes.submit(asked, response, { ...own, outputs: [], answer: { status: 202, body: {} } });
    expect([await writes.repeats(asked, own), await writes.repeats(asked, { ...own, client: 'contact/c1' }), await writes.repeats(asked, { ...own, businessId: 'rival' })]).toEqual([true, false, false]);
    await writes.close(1_000);
  });

  it('that finds no room is told to come again: nothing was written', async () => {
    const writes = writesOn(new MemoryStore(new MemoryLog(() => 1)));
    await writes.close(1_000);
    const { status, headers, message } = await refusalOf(writes);
    expect([status, headers['Retry-After']]).toEqual([503, '1']);
    expect(message).toContain('Nothing was written');
  });

  it('whose database is away is not left waiting, and not told what nobody knows', async () => {
    const away = new MemoryStore();
    away.commitRequests = () => new Promise(() => undefined);
    const { status, headers, message } = await refusalOf(writesOn(away));
    expect([status, headers['Retry-After']]).toEqual([503, '2']);
    expect(message).toContain('not known yet whether this was written');
  });
});
