import type { Needle } from './canaries.js';
import { formsOf, type Form } from './forms.js';
import { streamsIn } from './streams.js';

/** A place where a word was found that should not be there. */
export interface Finding {
  /** The word's name; the stem and what stands behind it where it is none of the words. */
  readonly word: string;
  readonly form: string;
  readonly sink: string;
  /** Offset in the sink, in bytes; of the stream's header for what is inside one. */
  readonly at: number;
}

/** Whether frames that nobody here can open count as findings. */
export interface Scanning {
  readonly unopened: 'told' | 'passed over';
}

/** Held back at the end of each chunk and looked at with the next: no word is longer in any form, and most streams are shorter. */
const overlapBytes = 256 * 1024;
const deepest = 3;
/** One leak in a loop must not fill our memory with the same finding; nor may it hide another. */
const mostAlike = 5;

interface Search extends Form {
  readonly needle: Needle;
}

/** Looks for words in every form in sinks of any size, a chunk at a time. */
export class Scanner {
  readonly findings: Finding[] = [];
  scannedBytes = 0;
  private readonly searches: readonly Search[];
  private readonly alike = new Map<string, number>();

  constructor(needles: readonly Needle[]) {
    this.searches = needles.flatMap((needle) => formsOf(needle.stem).map((form) => ({ ...form, needle })));
  }

  /** Reads a sink to its end. Chunks may be cut anywhere. */
  async scan(sink: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, { unopened }: Scanning = { unopened: 'told' }): Promise<void> {
    let held: Buffer = Buffer.alloc(0);
    let from = 0;
    for await (const chunk of chunks) {
      this.scannedBytes += chunk.length;
      if (isNothing(held) && isNothing(chunk)) {
        from += held.length + chunk.length;
        held = Buffer.alloc(0);
        continue;
      }
      const bytes = held.length === 0 ? asBuffer(chunk) : Buffer.concat([held, chunk]);
      const settled = Math.max(0, bytes.length - overlapBytes);
      this.look(sink, bytes, { from, settled, unopened, depth: 0 });
      held = Buffer.from(bytes.subarray(settled)); // A copy: a reader may fill the same chunk again.
      from += settled;
    }
    this.look(sink, held, { from, settled: held.length, unopened, depth: 0 });
  }

  /** Hits that begin at `settled` or behind it are left to the next look, which sees more of what follows. */
  private look(sink: string, bytes: Buffer, place: { readonly from: number; readonly settled: number; readonly unopened: Scanning['unopened']; readonly depth: number }): void {
    const { from, settled, unopened, depth } = place;
    for (const search of this.searches) {
      for (let at = bytes.indexOf(search.bytes); at >= 0 && at < settled; at = bytes.indexOf(search.bytes, at + 1)) {
        const word = wordOf(search, bytes.subarray(at, at + 1024));
        if (word !== null) this.tell({ word, form: search.name, sink, at: from + at });
      }
    }
    for (const { name, at, content } of streamsIn(bytes)) {
      if (at >= settled) continue;
      if (content === null) {
        if (unopened === 'told') this.tell({ word: 'a frame that cannot be opened here', form: name, sink, at: from + at });
      } else if (depth < deepest) {
        this.look(`${sink}, in ${name}`, content, { from: from + at, settled: content.length, unopened: 'passed over', depth: depth + 1 });
      }
    }
  }

  private tell(finding: Finding): void {
    const { word, form, sink } = finding;
    const kind = JSON.stringify([word, form, sink]);
    const before = this.alike.get(kind) ?? 0;
    this.alike.set(kind, before + 1);
    if (before < mostAlike) this.findings.push(finding);
  }
}

/** Much of a process's memory, and of a database's files, is zeros: they are not worth forty searches. */
const zeros = Buffer.alloc(64 * 1024);
function isNothing(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const part = bytes.subarray(at, at + zeros.length);
    if (zeros.compare(part, 0, part.length, 0, part.length) !== 0) return false;
  }
  return true;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Null where the form's last letter, which is not whole in it, turns out to be another. */
function wordOf({ needle, read }: Search, found: Buffer): string | null {
  const text = read(found);
  if (text.length >= needle.stem.length && !text.startsWith(needle.stem)) return null;
  // Where the sink ends within a word, what is there of it has to do.
  const known = [...needle.words].find(([, word]) => text.startsWith(word) || (text !== '' && text.length < needle.stem.length && word.startsWith(text)));
  return known?.[0] ?? tornFrom(needle, text) ?? JSON.stringify(text.slice(0, needle.stem.length + 40));
}

/** Letters behind the stem that are enough to know a word by: a number, and some of its name. */
const ownLetters = 8;

/** The one word that has most of its beginning there: in memory that was given back, another's bytes may stand where it went on. */
function tornFrom({ stem, words }: Needle, text: string): string | undefined {
  const shared = [...words].map(([name, word]) => ({ name, length: sharedLength(word, text) })).sort((one, other) => other.length - one.length);
  const [most, next] = shared;
  return most !== undefined && most.length >= stem.length + ownLetters && most.length > (next?.length ?? 0) ? most.name : undefined;
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
