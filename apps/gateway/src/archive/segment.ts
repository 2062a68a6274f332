import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encryptRecord, type Random } from '@parley/crypto';
import { frameHeaderBytes, frameOf, readFrame } from '../folder/frame.js';
import { decrypt, syncFolder } from '../folder/journal.js';

/** A webhook as it was sent: its exact body. */
export interface KeptWebhook {
  /** When it was acknowledged, or given up; epoch ms UTC. Never before that of the one before it. */
  readonly at: number;
  readonly outcome: 'delivered' | 'given_up';
  readonly body: string;
}

/** Where a webhook lies: which file, and which frame of it. */
export interface Place {
  readonly segment: number;
  readonly frame: number;
}

export interface SegmentFile {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly segment: number;
}

const magic = new TextEncoder().encode('parleyw1');
const namePattern = /^webhooks-(\d{8})$/;

export function segmentName(segment: number): string {
  return `webhooks-${String(segment).padStart(8, '0')}`;
}

/** The number of the segment that a file is; null for any other file. */
export function segmentOf(fileName: string): number | null {
  const number = namePattern.exec(fileName)?.[1];
  return number === undefined ? null : Number(number);
}

/** One file of webhooks that is being written. Frames are encrypted under its number and theirs, as the journal's are. */
export class SegmentWriter {
  private constructor(
    private readonly file: SegmentFile,
    private readonly handle: FileHandle,
    private readonly random: Random,
  ) {}

  bytes = magic.length;
  frames = 0;

  static async create(file: SegmentFile, random: Random): Promise<SegmentWriter> {
    const handle = await open(join(file.folder, segmentName(file.segment)), 'wx', 0o600);
    await handle.write(magic, 0, magic.length, 0);
    await handle.sync();
    await syncFolder(file.folder);
    return new SegmentWriter(file, handle, random);
  }

  /** On disk when this resolves. */
  async write(kept: KeptWebhook): Promise<Place> {
    const { key, segment } = this.file;
    const frame = this.frames;
    const bytes = frameOf(encryptRecord(key, contextOf({ segment, frame }), new TextEncoder().encode(JSON.stringify(kept)), this.random));
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, this.bytes + at);
      at += bytesWritten;
    }
    await this.handle.datasync();
    this.bytes += bytes.length;
    this.frames += 1;
    return { segment, frame };
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

/** The webhooks of a segment. A torn end is what a crash left of one that was not yet settled: it is sent again. */
export class SegmentReader {
  private constructor(
    private readonly file: SegmentFile,
    private readonly records: readonly Uint8Array[],
    readonly bytes: number,
    /** True where frames are missing that were once whole: the disk lost them, or somebody changed them. */
    readonly damaged: boolean,
  ) {}

  static async read(file: SegmentFile): Promise<SegmentReader> {
    const bytes = new Uint8Array(await readFile(join(file.folder, segmentName(file.segment))));
    const records: Uint8Array[] = [];
    if (!magic.every((byte, at) => bytes[at] === byte)) return new SegmentReader(file, [], bytes.length, bytes.length > magic.length);
    for (let at = magic.length; ; ) {
      const read = readFrame(bytes, at);
      if (read.kind !== 'frame') return new SegmentReader(file, records, bytes.length, read.kind === 'damaged');
      records.push(bytes.subarray(at + frameHeaderBytes, read.end));
      at = read.end;
    }
  }

  get frames(): number {
    return this.records.length;
  }

  /** Null where there is none, or none that can be read. */
  at(frame: number): KeptWebhook | null {
    const { key, segment } = this.file;
    const record = this.records[frame];
    const plaintext = record === undefined ? null : decrypt(key, contextOf({ segment, frame }), record);
    return plaintext === null ? null : (JSON.parse(new TextDecoder().decode(plaintext)) as KeptWebhook);
  }
}

function contextOf({ segment, frame }: Place): string {
  return `gateway/webhooks/${segment}/${frame}`;
}
