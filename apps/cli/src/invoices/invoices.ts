import { writeFileSync } from 'node:fs';
import { reached, type AccessOptions } from '../platform/access.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import { Bills, type Bill } from './bills.js';
import { invoicePage, invoicesTable } from './show.js';

export interface InvoicesOptions extends AccessOptions {
  readonly owner?: string | undefined;
  readonly json: boolean;
}

export interface InvoiceOptions extends AccessOptions {
  readonly number: string;
  readonly csv: boolean;
  readonly pdf?: string | undefined;
  readonly json: boolean;
}

/** Lists invoices. Resolves with the exit code. Throws Failure where the platform cannot be asked. */
export async function runInvoices({ owner, json, ...reach }: InvoicesOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<number> {
  const bills: Bill[] = [];
  for await (const bill of new Bills(reached(reach, fetch)).all(owner)) {
    bills.push(bill);
    terminal.replace(`${bills.length} invoices …`);
  }
  terminal.replace('');
  if (json) terminal.line(JSON.stringify(bills, null, 2));
  else if (bills.length === 0) terminal.line('No invoice was issued yet. A month is billed two days after it has ended everywhere.');
  else for (const line of invoicesTable(bills, terminal)) terminal.line(line);
  return 0;
}

/** Shows one invoice, or writes it. Resolves with the exit code. Throws Failure where it cannot be had, or the file not written. */
export async function runInvoice({ number, csv, pdf, json, ...reach }: InvoiceOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<number> {
  const bills = new Bills(reached(reach, fetch));
  if (pdf !== undefined) {
    const bytes = await bills.form(number, 'application/pdf');
    write(pdf, bytes);
    terminal.remark(`${pdf}: invoice ${number}, ${bytes.length} bytes`);
    return 0;
  }
  if (csv) {
    terminal.line((await bills.form(number, 'text/csv')).toString('utf8').trimEnd());
    return 0;
  }
  const bill = await bills.one(number);
  if (json) terminal.line(JSON.stringify(bill, null, 2));
  else for (const line of invoicePage(bill, terminal)) terminal.line(line);
  return 0;
}

function write(path: string, bytes: Buffer): void {
  try {
    writeFileSync(path, bytes);
  } catch (error) {
    throw new Failure(`${path} cannot be written: ${(error as Error).message}`, 'give --pdf a file in a folder that is there and may be written.', 1, { cause: error });
  }
}
