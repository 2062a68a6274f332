import type { FolderSecret } from './folder.js';
import type { Book } from './journal.js';

export type Written = { readonly type: 'Written'; readonly writer: number; readonly n: number; readonly padding: string };

export const testSecret: FolderSecret = { kind: 'key', key: new Uint8Array(32).fill(7) };

/** A book that keeps only the last number of each writer, and notices a gap. */
export class Numbers implements Book<Written> {
  readonly last = new Map<number, number>();
  readonly gaps: string[] = [];

  apply({ writer, n }: Written): void {
    const last = this.last.get(writer);
    if (last !== undefined && n !== last + 1) this.gaps.push(`${writer}: ${last} then ${n}`);
    this.last.set(writer, n);
  }

  nextOf(writer: number): number {
    return (this.last.get(writer) ?? -1) + 1;
  }

  *snapshot(): Iterable<Written> {
    for (const [writer, n] of this.last) yield { type: 'Written', writer, n, padding: '' };
  }
}
