import { constants, gunzipSync, inflateSync } from 'node:zlib';

/** A compressed stream within some bytes. */
export interface Stream {
  readonly name: string;
  readonly at: number;
  /** What it holds, as far as it goes and as its limit allows; null where it cannot be opened here. */
  readonly content: Buffer | null;
}

const mostBytes = 16 * 1024 * 1024;
/** A stream that is cut off by the end of what is at hand is read as far as it goes. */
const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostBytes };
/** One that has said nothing after so many bytes is longer than a chunk: its beginning is enough to be told of it. */
const mostCompressed = 1024 * 1024;

const openers = [
  { name: 'gzip', magics: [[0x1f, 0x8b, 0x08]], begins: () => true, open: (bytes: Buffer) => gunzipSync(bytes, options) },
  { name: 'zlib', magics: [[0x78, 0x01], [0x78, 0x5e], [0x78, 0x9c], [0x78, 0xda]], begins: isBlock, open: (bytes: Buffer) => inflateSync(bytes, options) }, // prettier-ignore
].map(({ magics, ...rest }) => ({ ...rest, magics: magics.map((magic) => Buffer.from(magic)) }));

/** Whether a deflate block can begin here: two bytes of a header are often there by chance, and to find that out with zlib costs an exception. */
function isBlock(bytes: Buffer): boolean {
  const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = bytes.subarray(2, 7);
  switch ((first >> 1) & 3) {
    case 0: // Stored: its length, and the same inverted.
      return (second ^ fourth) === 0xff && (third ^ fifth) === 0xff;
    case 2: // At most 286 literals and 30 distances.
      return first >> 3 <= 29 && (second & 31) <= 29;
    default:
      return ((first >> 1) & 3) === 1;
  }
}

/** Frames that Node 20 cannot open. Nothing of ours writes any, so one is a finding in itself. */
const sealed = [
  { name: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), isFrame: (descriptor: number) => (descriptor & 0x08) === 0 },
  { name: 'lz4', magic: Buffer.from([0x04, 0x22, 0x4d, 0x18]), isFrame: (descriptor: number) => descriptor >> 6 === 1 && (descriptor & 0x02) === 0 },
  { name: 'snappy', magic: Buffer.from([0xff, 0x06, 0x00, 0x00, 0x73, 0x4e, 0x61, 0x50, 0x70, 0x59]), isFrame: () => true },
  { name: 'snappy, as Kafka for Java writes it', magic: Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]), isFrame: () => true },
];

/** Every stream with a recognisable header: gzip and zlib are opened, zstd, LZ4 and snappy frames are told of. Brotli and raw deflate have no header. */
export function* streamsIn(bytes: Buffer): Generator<Stream> {
  for (const { name, magics, begins, open } of openers) {
    for (const at of magics.flatMap((magic) => [...placesOf(magic, bytes)])) {
      if (!begins(bytes.subarray(at, at + 16))) continue;
      const content = opened(open, bytes.subarray(at, at + mostCompressed));
      if (content?.length !== 0) yield { name, at, content };
    }
  }
  for (const { name, magic, isFrame } of sealed) {
    for (const at of placesOf(magic, bytes)) if (isFrame(bytes[at + magic.length] ?? 0)) yield { name, at, content: null };
  }
}

function* placesOf(magic: Buffer, bytes: Buffer): Generator<number> {
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) yield at;
}

/** Empty where what looked like a header was none; null where it never ends. */
function opened(open: (bytes: Buffer) => Buffer, bytes: Buffer): Buffer | null {
  try {
    return open(bytes);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return null;
    if (code.startsWith('Z_')) return Buffer.alloc(0);
    throw error;
  }
}
