import nacl from 'tweetnacl';
import { concat, constantTimeEqual } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { hashBytes, hkdfPair, infos, keyBytes, primitives } from '../primitives/primitives.js';
import { draw, type Random } from '../random.js';
import { u53 } from '../wire.js';
import { protocolVersion, suite25519 } from '../account/device-list.js';

// file = version (1) | suite (1) | commitment (32) | nonce prefix (15) | chunks. PROTOCOL.md states it byte by byte.
export const chunkBytes = 64 * 1024;
/** 2 GiB. */
export const maxAttachmentBytes = 2 ** 31;
const prefixBytes = 15;
const headBytes = 2 + 32 + prefixBytes;
const overhead = nacl.secretbox.overheadLength;
const noSalt = new Uint8Array(0);

/** What the message says about an attachment; the file itself may lie anywhere. */
export type Attachment = {
  readonly key: Uint8Array;
  /** SHA-512 of the sealed file. */
  readonly hash: Uint8Array;
  /** Bytes of the plain file. */
  readonly length: number;
};

/** Chunks of a file of so many bytes; an empty file has one. */
const chunksOf = (length: number) => Math.max(1, Math.ceil(length / chunkBytes));

/** Bytes of the sealed file. */
export function sealedAttachmentBytes(length: number): number {
  return headBytes + length + chunksOf(length) * overhead;
}

/** 15 bytes at random, the chunk's number, and whether it is the last: no chunk opens in another place, and no file without its end. */
function nonceOf(prefix: Uint8Array, number: number, isLast: boolean): Uint8Array {
  return concat(prefix, u53(number), Uint8Array.of(isLast ? 1 : 0));
}

/** Collects bytes and hands them out in pieces of one size. */
class Pieces {
  #held: Uint8Array[] = [];
  bytes = 0;

  add(bytes: Uint8Array): void {
    this.#held.push(Uint8Array.from(bytes));
    this.bytes += bytes.length;
  }

  take(n: number): Uint8Array {
    const whole = this.#held.length === 1 ? this.#held[0]! : concat(...this.#held);
    this.#held = [whole.subarray(n)];
    this.bytes -= n;
    return whole.slice(0, n);
  }
}

/** Seals a file as it streams by. `push` and `finish` answer with the bytes to store next. Draws 32 bytes and 15. */
export class AttachmentSealer {
  readonly #key: Uint8Array;
  readonly #boxKey: Uint8Array;
  readonly #prefix: Uint8Array;
  readonly #hash = primitives().newSha512();
  readonly #pieces = new Pieces();
  #unsaid: Uint8Array;
  #number = 0;
  #length = 0;
  #finished = false;

  constructor(random: Random) {
    this.#key = draw(random, keyBytes);
    this.#prefix = draw(random, prefixBytes);
    const [boxKey, commitment] = hkdfPair(this.#key, noSalt, infos.attachment);
    this.#boxKey = boxKey;
    this.#unsaid = concat(Uint8Array.of(protocolVersion, suite25519), commitment, this.#prefix);
  }

  /** Throws CryptoError 'too_large' or 'invalid_argument'. */
  push(plain: Uint8Array): Uint8Array {
    if (!(plain instanceof Uint8Array) || this.#finished) throw new CryptoError('invalid_argument', 'an attachment is sealed from Uint8Arrays, until it is finished');
    this.#length += plain.length;
    if (this.#length > maxAttachmentBytes) throw new CryptoError('too_large', `an attachment is at most ${maxAttachmentBytes} bytes`);
    this.#pieces.add(plain);
    const chunks: Uint8Array[] = [];
    // A full chunk waits for the byte after it: the last one is marked.
    while (this.#pieces.bytes > chunkBytes) chunks.push(this.#seal(this.#pieces.take(chunkBytes), false));
    return this.#say(...chunks);
  }

  /** The last bytes of the sealed file, and what the message has to say. */
  finish(): { readonly bytes: Uint8Array; readonly attachment: Attachment } {
    if (this.#finished) throw new CryptoError('invalid_argument', 'the attachment is finished already');
    const bytes = this.#say(this.#seal(this.#pieces.take(this.#pieces.bytes), true));
    this.#finished = true;
    return { bytes, attachment: { key: this.#key, hash: this.#hash.digest(), length: this.#length } };
  }

  #seal(chunk: Uint8Array, isLast: boolean): Uint8Array {
    return nacl.secretbox(chunk, nonceOf(this.#prefix, this.#number++, isLast), this.#boxKey);
  }

  #say(...chunks: readonly Uint8Array[]): Uint8Array {
    const bytes = concat(this.#unsaid, ...chunks);
    this.#unsaid = new Uint8Array(0);
    this.#hash.update(bytes);
    return bytes;
  }
}

/** Opens a sealed file as it streams by. `push` answers with plain bytes, of checked chunks only; the file is whole once `finish` has not thrown. */
export class AttachmentOpener {
  readonly #attachment: Attachment;
  readonly #hash = primitives().newSha512();
  readonly #pieces = new Pieces();
  #keys: { readonly boxKey: Uint8Array; readonly prefix: Uint8Array } | null = null;
  #number = 0;
  #left: number;
  #failed: CryptoError | null = null;

  /** What a message said of an attachment comes from outside. Throws CryptoError 'malformed' or 'too_large'. */
  constructor({ key, hash, length }: Attachment) {
    const sound = key instanceof Uint8Array && key.length === keyBytes && hash instanceof Uint8Array && hash.length === hashBytes && Number.isSafeInteger(length) && length >= 0;
    if (!sound) throw new CryptoError('malformed', `an attachment has a key of ${keyBytes} bytes, a hash of ${hashBytes}, and a length`);
    if (length > maxAttachmentBytes) throw new CryptoError('too_large', `an attachment is at most ${maxAttachmentBytes} bytes; this one has ${length}`);
    this.#attachment = { key, hash, length };
    this.#left = chunksOf(length);
  }

  /** Throws CryptoError 'malformed', 'unsupported', 'refused'; after that nothing more is released. */
  push(sealed: Uint8Array): Uint8Array {
    return this.#once(() => this.#take(sealed));
  }

  /** Throws CryptoError 'truncated' where chunks are missing, 'refused' where the file is not the one that the message meant. */
  finish(): void {
    this.#once(() => {
      if (this.#left > 0) throw new CryptoError('truncated', `the attachment ended with ${this.#left} chunks missing`);
      if (!constantTimeEqual(this.#hash.digest(), this.#attachment.hash)) throw new CryptoError('refused', 'the file does not have the hash that was sealed');
    });
  }

  #once<T>(work: () => T): T {
    if (this.#failed !== null) throw this.#failed;
    try {
      return work();
    } catch (error) {
      this.#failed = error instanceof CryptoError ? error : new CryptoError('malformed', 'the file goes on after its end');
      throw this.#failed;
    }
  }

  #take(sealed: Uint8Array): Uint8Array {
    if (!(sealed instanceof Uint8Array)) throw new CryptoError('malformed', 'an attachment is opened from Uint8Arrays');
    this.#hash.update(sealed);
    this.#pieces.add(sealed);
    if (this.#keys === null && this.#pieces.bytes >= headBytes) this.#keys = this.#readHead(this.#pieces.take(headBytes));
    const plain: Uint8Array[] = [];
    while (this.#keys !== null && this.#left > 0 && this.#pieces.bytes >= this.#nextBytes()) plain.push(this.#open(this.#pieces.take(this.#nextBytes()), this.#keys));
    if (this.#left === 0 && this.#pieces.bytes > 0) throw new CryptoError('malformed', 'the file goes on after its last chunk');
    return concat(...plain);
  }

  #nextBytes(): number {
    const { length } = this.#attachment;
    return overhead + (this.#left > 1 ? chunkBytes : length - (chunksOf(length) - 1) * chunkBytes);
  }

  #readHead(head: Uint8Array) {
    if (head[0] !== protocolVersion || head[1] !== suite25519) throw new CryptoError('unsupported', `attachment version ${head[0]}, suite ${head[1]} is not known`);
    const [boxKey, commitment] = hkdfPair(this.#attachment.key, noSalt, infos.attachment);
    if (!constantTimeEqual(commitment, head.subarray(2, 34))) throw new CryptoError('refused', 'the file was sealed under another key');
    return { boxKey, prefix: head.slice(34) };
  }

  #open(chunk: Uint8Array, { boxKey, prefix }: { readonly boxKey: Uint8Array; readonly prefix: Uint8Array }): Uint8Array {
    const plain = nacl.secretbox.open(chunk, nonceOf(prefix, this.#number++, this.#left === 1), boxKey);
    if (plain === null) throw new CryptoError('refused', `chunk ${this.#number} was changed, moved, or is not the last one`);
    this.#left -= 1;
    return plain;
  }
}
