import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@parley/crypto';
import { FolderError } from '../folder/error.js';
import { segmentName, segmentOf, SegmentReader, SegmentWriter, type KeptWebhook, type Place } from './segment.js';

export interface ArchiveLimits {
  readonly keptMs: number;
  readonly bytes: number;
}

export interface ArchiveOptions {
  /** The gateway's own folder. */
  readonly folder: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  readonly limits: ArchiveLimits;
  readonly random: Random;
  readonly now: () => number;
  readonly log: { warn(line: string): void };
}

/** A webhook with the id by which it can be asked for. */
export interface ArchivedWebhook extends KeptWebhook {
  readonly id: string;
}

/** Which webhooks are meant, by when they were first sent: from `since` (included) to `until` (not), epoch ms. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

interface Segment {
  readonly number: number;
  firstAt: number;
  lastAt: number;
  count: number;
  bytes: number;
}

const segmentBytes = 4 * 1024 * 1024;
/** What a frame takes besides the webhook: its header, its encryption, its time. */
const frameOverheadBytes = 128;

/**
 * The webhooks that were sent, in files of their own beside the journal: too many to be held in memory as that is. Whole files go, the oldest
 * first, when they are too old or all together too large: so a little less is kept than the limits say.
 */
export class Archive {
  private writer: SegmentWriter | null = null;
  private writing: Promise<unknown> = Promise.resolve();
  private lastRead: { readonly segment: number; readonly reader: SegmentReader } | null = null;

  private constructor(
    private readonly options: ArchiveOptions,
    private readonly segments: Segment[],
  ) {}

  /** Looks through what earlier runs have kept. A file that is damaged is said in the log and read as far as it goes: nothing but a replay misses it. */
  static async open(options: ArchiveOptions): Promise<Archive> {
    const { folder, key, log } = options;
    const numbers = (await readdir(folder)).flatMap((name) => segmentOf(name) ?? []).sort((a, b) => a - b);
    const segments: Segment[] = [];
    for (const number of numbers) {
      const reader = await SegmentReader.read({ folder, key, segment: number });
      const [first, last] = [reader.at(0), reader.at(reader.frames - 1)];
      if (reader.damaged || (reader.frames > 0 && (first === null || last === null))) log.warn(`${segmentName(number)} in the gateway's folder is damaged: some webhooks in it cannot be sent again.`);
      segments.push({ number, firstAt: first?.at ?? 0, lastAt: last?.at ?? first?.at ?? 0, count: reader.frames, bytes: reader.bytes });
    }
    const archive = new Archive(options, segments);
    await archive.expire();
    return archive;
  }

  /** What it takes on disk. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** On disk when this resolves. Rejects with FolderError where the disk refuses. */
  append(webhook: Omit<KeptWebhook, 'at'>): Promise<void> {
    const done = this.writing.then(() => this.write(webhook));
    this.writing = done.catch(() => undefined); // Whoever appended hears of it.
    return done;
  }

  /** How many there are of a span. */
  async count(span: Span): Promise<number> {
    const since = this.earliest(span);
    let count = 0;
    for (const segment of [...this.segments]) {
      if (segment.count === 0 || segment.lastAt < since || segment.firstAt >= span.until) continue;
      if (segment.firstAt >= since && segment.lastAt < span.until) count += segment.count; // Whole: nothing has to be opened.
      else for await (const _ of this.within(segment.number, { since, until: span.until }, 0)) count += 1;
    }
    return count;
  }

  /** Those of a span, oldest first, from behind `after`. Null stands for the beginning. */
  async *from(span: Span, after: string | null): AsyncGenerator<ArchivedWebhook> {
    const since = this.earliest(span);
    const place = after === null ? null : placeOf(after);
    // By number and not by position: while this is read, the oldest files may go.
    for (let number = place?.segment ?? 0; ; number += 1) {
      const segment = this.segments.find((one) => one.number >= number);
      if (segment === undefined) return;
      number = segment.number;
      if (segment.count === 0 || segment.lastAt < since) continue;
      if (segment.firstAt >= span.until) return;
      yield* this.within(number, { since, until: span.until }, number === place?.segment ? place.frame + 1 : 0);
    }
  }

  private async *within(segment: number, { since, until }: Span, first: number): AsyncGenerator<ArchivedWebhook> {
    const reader = await this.read(segment);
    for (let frame = first; frame < (reader?.frames ?? 0); frame++) {
      const kept = reader?.at(frame) ?? null;
      if (kept !== null && kept.at >= since && kept.at < until) yield { id: idOf({ segment, frame }), ...kept };
    }
  }

  private earliest({ since }: Span): number {
    return Math.max(since, this.options.now() - this.options.limits.keptMs);
  }

  /** Null where it is kept no longer, or never was. */
  async find(id: string): Promise<ArchivedWebhook | null> {
    const place = placeOf(id);
    if (place === null || !this.segments.some(({ number }) => number === place.segment)) return null;
    const kept = (await this.read(place.segment))?.at(place.frame) ?? null;
    return kept === null || kept.at < this.options.now() - this.options.limits.keptMs ? null : { id, ...kept };
  }

  /** Deletes what is too old, or too much. */
  expire(): Promise<void> {
    const done = this.writing.then(() => this.drop());
    this.writing = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    await this.writing;
    await this.writer?.close();
    this.writer = null;
  }

  private async write(webhook: Omit<KeptWebhook, 'at'>): Promise<void> {
    try {
      const segment = await this.current();
      await this.drop(frameOverheadBytes + Buffer.byteLength(JSON.stringify(webhook)));
      const at = Math.max(this.options.now(), segment.lastAt);
      await this.writer!.write({ at, ...webhook });
      if (segment.count === 0) segment.firstAt = at;
      Object.assign(segment, { lastAt: at, count: segment.count + 1, bytes: this.writer!.bytes });
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new FolderError(`The webhooks that were sent cannot be kept (${reason}). Make room or repair the disk under ${this.options.folder}, or keep none (PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS=0), then start the gateway again.`);
    }
  }

  /** The segment to write to. A run never goes on with an earlier run's: its end may be torn. */
  private async current(): Promise<Segment> {
    const newest = this.segments.at(-1);
    if (this.writer !== null && newest !== undefined && newest.bytes < Math.min(segmentBytes, this.options.limits.bytes / 8)) return newest;
    await this.roll();
    return this.segments.at(-1)!;
  }

  private async roll(): Promise<void> {
    const { folder, key, random } = this.options;
    const newest = this.segments.at(-1);
    const segment = (newest?.number ?? 0) + 1;
    await this.writer?.close();
    this.writer = null;
    this.writer = await SegmentWriter.create({ folder, key, segment }, random);
    const lastAt = newest?.lastAt ?? 0;
    this.segments.push({ number: segment, firstAt: lastAt, lastAt, count: 0, bytes: this.writer.bytes });
  }

  /** `coming`: bytes that are about to be added. */
  private async drop(coming = 0): Promise<void> {
    const { limits, now, folder } = this.options;
    const isOld = ({ lastAt, count }: Segment) => count > 0 && lastAt < now() - limits.keptMs;
    // The last file's number must not be given again: an id means one webhook for ever. So an empty one takes its place.
    if (this.segments.length > 0 && isOld(this.segments.at(-1)!)) await this.roll();
    while (this.segments.length > 1 && (isOld(this.segments[0]!) || this.segments[0]!.count === 0 || this.bytes + coming > limits.bytes)) {
      await rm(join(folder, segmentName(this.segments[0]!.number)), { force: true });
      this.segments.shift();
    }
  }

  /** Null where it has just been deleted. */
  private async read(segment: number): Promise<SegmentReader | null> {
    const { folder, key } = this.options;
    // Who reads goes through them in order: the last one is kept open, as long as nothing has been added to it.
    const count = this.segments.find(({ number }) => number === segment)?.count;
    if (this.lastRead?.segment === segment && this.lastRead.reader.frames === count) return this.lastRead.reader;
    const reader = await SegmentReader.read({ folder, key, segment }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    if (reader !== null) this.lastRead = { segment, reader };
    return reader;
  }
}

/** Ids in the order of the webhooks. */
export function inOrder(ids: readonly string[]): readonly string[] {
  const places = ids.map((id) => ({ id, ...(placeOf(id) ?? { segment: 0, frame: 0 }) }));
  return places.sort((a, b) => a.segment - b.segment || a.frame - b.frame).map(({ id }) => id);
}

function idOf({ segment, frame }: Place): string {
  return `wh_${segment}_${frame}`;
}

/** Null for text that is no id of a webhook. */
export function placeOf(id: string): Place | null {
  const [, segment, frame] = /^wh_(\d{1,8})_(\d{1,9})$/.exec(id) ?? [];
  return segment === undefined || frame === undefined ? null : { segment: Number(segment), frame: Number(frame) };
}
