import { describe, expect, it } from '@jest/globals';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runBudgets, runSetBudget } from './budgets.js';

const { data, nowhere, file } = askedPlatform({ clock: () => Date.parse('2026-11-15T12:00:00Z') });

const reach = { data, environment: {}, json: false } as const;
const wanted = { owner: 'sandbox-owner', currency: 'USD', zone: 'Europe/Berlin', hard: false, none: false };

async function said(run: (terminal: ReturnType<typeof memoryTerminal>) => Promise<number>) {
  const terminal = memoryTerminal();
  const exit = await run(terminal);
  return { exit, text: terminal.lines.join('\n') };
}
const list = (options: Partial<Parameters<typeof runBudgets>[0]> = {}) => said((terminal) => runBudgets({ ...reach, ...options }, terminal, globalThis.fetch));
const set = (options: Partial<Parameters<typeof runSetBudget>[0]>) => said((terminal) => runSetBudget({ ...reach, ...wanted, ...options }, terminal, globalThis.fetch));

describe('parley budget', () => {
  it('says how to set the first one', async () => {
    expect(await list()).toEqual({ exit: 0, text: 'No owner has a budget: set one with `parley budget OWNER --cap 250`.' });
  });

  it('sets, lists, and takes back', async () => {
    expect((await set({ cap: '250', hard: true })).text).toBe('sandbox-owner may spend 250 USD a month (months of Europe/Berlin); beyond it, messages are refused.');
    expect((await set({ cap: '90.5', currency: 'EUR' })).text).toBe('sandbox-owner may spend 90.5 EUR a month (months of Europe/Berlin); beyond it, the owner is told.');
    const { text } = await list();
    expect(text).toMatch(/│ sandbox-owner │ 2026-11 │ 90\.5 EUR │ told +│ +0 │ +0 │ 90\.5 │/);
    expect(text).toMatch(/│ sandbox-owner │ 2026-11 │ +250 USD │ hard +│ +0 │ +0 │ +250 │/);
    expect(JSON.parse((await list({ json: true, owner: 'sandbox-owner', month: '2026-10' })).text)).toMatchObject([{ month: '2026-10', currency: 'EUR' }, { month: '2026-10', currency: 'USD', capMicros: '250000000' }]);
    expect((await set({ none: true, currency: 'EUR' })).text).toBe('sandbox-owner has no budget in EUR any more.');
    expect(JSON.parse((await list({ json: true })).text)).toHaveLength(1);
  });

  it('says what is wrong, and how to mend it', async () => {
    await expect(set({})).rejects.toMatchObject({ exitCode: 2, fix: 'give --cap 250.00, or --none for no budget from now on.' });
    await expect(set({ cap: 'plenty' })).rejects.toThrow('cap: must be a decimal amount such as 250.00');
    await expect(set({ cap: '1', zone: 'Nowhere' })).rejects.toThrow('zone: must be an IANA time zone');
    await expect(list({ data: nowhere })).rejects.toMatchObject({ exitCode: 2 });
    await expect(list({ keyFile: file('key', 'another') })).rejects.toMatchObject({ fix: 'give the operator’s key in PARLEY_OPERATOR_KEY, or in a file with --key-file.' });
  });
});
