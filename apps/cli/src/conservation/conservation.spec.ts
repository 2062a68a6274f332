import { describe, expect, it } from '@jest/globals';
import { ownerRole } from '@parley/bus-postgres';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runConservation } from './conservation.js';

const { data, nowhere, started } = askedPlatform();

async function said(options: Partial<Parameters<typeof runConservation>[0]> = {}) {
  const terminal = memoryTerminal();
  const exit = await runConservation({ data, environment: {}, json: false, ...options }, terminal, globalThis.fetch);
  return { exit, text: terminal.lines.join('\n') };
}

describe('parley conservation', () => {
  it('says that nothing was accepted yet', async () => {
    expect(await said()).toEqual({ exit: 0, text: 'No message was accepted yet.' });
  });

  it('shows where the messages are, and fails where one is nowhere', async () => {
    const { database } = started();
    await database.as({ role: ownerRole('delivery') }).query(`insert into delivery.tally values ('feed/1', 'acme', 'accepted', 1200), ('delivery/1', 'acme', 'sent', 1200), ('delivery/1', 'acme', 'arrived', 1199)`);
    await database.as({ role: ownerRole('windows') }).query(`insert into windows.tally values ('windows/1', 'acme', 'admitted', 1200)`);
    await database.as({ role: ownerRole('billing') }).query(`insert into billing.tally values ('billing/0', 'acme', 'charged', 1000), ('billing/0', 'acme', 'free', 198)`);
    const { exit, text } = await said();
    expect(exit).toBe(1);
    expect(text).toMatch(/│ acme +│ +1,200 │ +1,000 │ +198 │ +0 │ +0 │ +1 │ +1 │ +0 │ 1 nowhere │/);
    expect(text).toContain('1 messages are unaccounted for.\npartition 1, acme: 1 nowhere');
    await database.as({ role: ownerRole('delivery') }).query(`update delivery.tally set count = 1200 where what = 'arrived'`);
    await database.as({ role: ownerRole('billing') }).query(`update billing.tally set count = 200 where what = 'free'`);
    expect(await said()).toMatchObject({ exit: 0, text: expect.stringContaining('Every accepted message is accounted for.') });
    expect(JSON.parse((await said({ json: true })).text)).toMatchObject({ residual: 0, businesses: [{ accepted: 1200, charged: 1000, free: 200, pending: 0, residual: 0 }] });
  });

  it('says what to do where the books cannot be read', async () => {
    await expect(said({ data: nowhere })).rejects.toMatchObject({ exitCode: 2 });
    await expect(said({ database: 'postgres://parley_report@127.0.0.1:1/parley' })).rejects.toMatchObject({ fix: 'give the address with the login parley_report, as `parley database` made it.' });
  });
});
