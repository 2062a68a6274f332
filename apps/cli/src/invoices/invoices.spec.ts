import { beforeAll, describe, expect, it } from '@jest/globals';
import { ownerRole } from '@parley/bus-postgres';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askedPlatform } from '../platform/platform.fixture.js';
import { memoryTerminal } from '../terminal/memory-terminal.fixture.js';
import { runInvoice, runInvoices } from './invoices.js';

const { folder, data, nowhere, started } = askedPlatform();
const number = 'sandbox-owner-000001';

beforeAll(async () => {
  // Rows as invoicing writes them: how they come about is not this command's affair.
  const billing = started().database.as({ role: ownerRole('billing') });
  const invoice = (business: string, lines: number, exact: number, rounding: number, total: number): string =>
    `('${number}', '${business}', 'sandbox-owner', 1, '2018-08', 'USD', ${Date.parse('2018-09-03T12:00:00Z')}, true, ${lines}, 3, ${exact}, ${rounding}, ${total}, '0123456789abcdef', '00000000-0000-4000-8000-000000000000', 0, 41, 7, 0)`;
  await billing.query(`insert into billing.invoice values ${invoice('*', 3, 49_900, 100, 50_000)}, ${invoice('sandbox', 2, 49_900, 0, 49_900)}`);
  const line = (at: number, business: string, kind: string, market: string, cause: string, charges: number, amount: number): string =>
    `('${number}', ${at}, '${business}', '${kind}', ${kind === 'rounding' ? 'null' : `'2018-08'`}, ${market}, ${market === 'null' ? 'null' : `'utility'`}, null, '${cause}', ${charges}, ${amount}, 'USD', ${kind === 'usage'}, 0)`;
  await billing.query(
    `insert into billing.invoice_line values ${line(1, 'sandbox', 'usage', `'Germany'`, '', 2, 55_000)}, ${line(2, 'sandbox', 'adjustment', `'Germany'`, 'goodwill (ticket 7)', 1, -5_100)}, ${line(3, '*', 'rounding', 'null', 'rounded half up to the minor unit', 0, 100)}`,
  );
});

const reach = { data, environment: {}, json: false, csv: false } as const;

async function said(run: (terminal: ReturnType<typeof memoryTerminal>) => Promise<number>) {
  const terminal = memoryTerminal();
  const exit = await run(terminal);
  return { exit, text: terminal.lines.join('\n'), remarks: terminal.remarks.join('\n') };
}
const list = (options: Partial<Parameters<typeof runInvoices>[0]> = {}) => said((terminal) => runInvoices({ ...reach, ...options }, terminal, globalThis.fetch));
const show = (options: Partial<Parameters<typeof runInvoice>[0]> = {}) => said((terminal) => runInvoice({ ...reach, number, ...options }, terminal, globalThis.fetch));

describe('parley invoices', () => {
  it('lists what was issued, and says which are not to be paid', async () => {
    const { exit, text } = await list();
    expect(exit).toBe(0);
    expect(text).toMatch(/│ sandbox-owner-000001 │ sandbox-owner │ 2018-08 │ 2018-09-03 │ +3 │ 0\.05 USD │ illustrative │/);
  });

  it('lists one owner’s only, and says when there are none', async () => {
    expect((await list({ owner: 'sandbox-owner' })).text).toContain(number);
    expect((await list({ owner: 'nobody' })).text).toMatch(/^No invoice was issued yet/);
  });

  it('gives programs JSON', async () => {
    expect(JSON.parse((await list({ json: true })).text)).toMatchObject([{ invoiceId: number, total: '0.05', totalMicros: '50000', businessId: '*' }]);
  });

  it('shows a business, with its own key, its own part', async () => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, `${started().platform.sandbox.apiKey}\n`);
    expect(JSON.parse((await list({ keyFile, json: true })).text)).toMatchObject([{ invoiceId: number, businessId: 'sandbox', total: '0.0499' }]);
    expect(JSON.parse((await show({ keyFile, json: true })).text)).toMatchObject({ lines: [{ line: 1 }, { line: 2 }] });
  });

  it.each([
    ['where nothing listens', { url: 'http://127.0.0.1:1' }, 1, 'does not answer'],
    ['with a wrong key', { environment: { PARLEY_OPERATOR_KEY: 'pk_wrong' } }, 1, 'does not accept the key'],
    ['without a platform', { data: nowhere }, 2, 'not known where the platform is'],
  ])('names the fix %s', async (_, options, exitCode, message) => {
    await expect(list(options)).rejects.toMatchObject({ name: 'Failure', exitCode, message: expect.stringContaining(message), fix: expect.stringMatching(/\w/) });
  });
});

describe('parley invoice', () => {
  it('shows lines with their reasons, and sums', async () => {
    const { exit, text } = await show();
    expect(exit).toBe(0);
    expect(text).toMatch(/^Invoice sandbox-owner-000001\nsandbox-owner, 2018-08, issued 2018-09-03 \(UTC\)\nILLUSTRATIVE: made of example prices/);
    expect(text).toMatch(/│ 1 │ sandbox +│ Germany │ utility +│ +│ +│ +2 │ +0\.055 † │/);
    expect(text).toMatch(/│ adjustment 2018-08: goodwill \(ticket +│ +1 │ +-0\.0051 │/);
    expect(text).toMatch(/│ Total +│ +│ 0\.05 USD │/);
  });

  it('gives CSV, JSON, and a PDF into a file', async () => {
    expect((await show({ csv: true })).text.split('\r\n')).toHaveLength(4);
    expect(JSON.parse((await show({ json: true })).text)).toMatchObject({ invoiceId: number, lines: [{ amount: '0.055' }, { amount: '-0.0051' }, { amount: '0.0001' }] });
    const pdf = join(folder, 'invoice.pdf');
    expect(await show({ pdf })).toMatchObject({ exit: 0, text: '', remarks: expect.stringContaining('invoice.pdf: invoice sandbox-owner-000001') });
    expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('names the fix where there is no such invoice, or no such folder', async () => {
    await expect(show({ number: 'sandbox-owner-000009' })).rejects.toMatchObject({ fix: '`parley invoices` lists their numbers.' });
    await expect(show({ pdf: join(folder, 'no', 'folder.pdf') })).rejects.toMatchObject({ message: expect.stringContaining('cannot be written'), fix: expect.stringContaining('--pdf') });
  });
});
