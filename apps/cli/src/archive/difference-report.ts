import { closeSync, openSync, writeSync } from 'node:fs';
import type { Difference, DifferenceCause } from '@parley/domain';
import { formatDecimal, micros } from '@parley/money';
import { Failure } from '../terminal/failure.js';

const header = [
  'source', 'message_id', 'business_id', 'number_id', 'contact_id', 'market', 'sent_at', 'delivered_at', 'our_billable', 'our_type', 'our_category', 'our_model', 'our_rule',
  'their_billable', 'their_type', 'their_category', 'their_model', 'differs', 'cause', 'detail', 'currency', 'our_amount', 'their_amount',
];

/** Takes differences as they are found: a line of the CSV each, and a few of each cause to be shown. */
export class DifferenceReport {
  readonly #file: number | undefined;
  readonly #examples = new Map<DifferenceCause, Difference[]>();

  constructor(
    path: string | undefined,
    private readonly ofEach: number,
  ) {
    if (path === undefined) return;
    try {
      this.#file = openSync(path, 'w');
      this.#write(header);
    } catch (error) {
      throw new Failure(`${path} cannot be written: ${(error as Error).message}`, 'give --csv another path.', 2, { cause: error });
    }
  }

  get examples(): readonly Difference[] {
    return [...this.#examples.values()].flat();
  }

  take(difference: Difference): void {
    const known = this.#examples.get(difference.cause) ?? [];
    if (known.length < this.ofEach) this.#examples.set(difference.cause, [...known, difference]);
    this.#write(cellsOf(difference));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }

  #write(cells: readonly (string | boolean | null)[]): void {
    if (this.#file !== undefined) writeSync(this.#file, `${cells.map(csvCell).join()}\r\n`);
  }
}

function cellsOf({ message, market, sentAt, deliveredAt, ours, theirs, fields, cause, detail, currency, ourAmount, theirAmount, source }: Difference): readonly (string | boolean | null)[] {
  return [
    source, message.messageId, message.businessId, message.numberId, message.contactId, market, timeText(sentAt), deliveredAt === null ? null : timeText(deliveredAt),
    ours?.billable ?? false, ours?.type ?? null, ours?.category ?? null, ours?.model ?? null, ours?.rule ?? null,
    theirs.billable, theirs.type, theirs.category, theirs.model, fields.join(' '), cause, detail, currency, amountText(ourAmount), theirAmount === null ? null : amountText(theirAmount),
  ];
}

/** RFC 4180; what begins like a formula is a text for a sheet. */
function csvCell(cell: string | boolean | null): string {
  const text = cell === null ? '' : String(cell);
  const safe = /^[-=+@\t]/.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.000Z$/, 'Z');
}

export function amountText(amount: bigint): string {
  return formatDecimal(micros(amount));
}
