import { isUtf8 } from 'node:buffer';
import { FrameError } from './errors.js';

const TWO_28 = 2 ** 28;

/** Reads Avro's primitives from a frame and never past its end. */
export class Cursor {
  bytes: Buffer = Buffer.alloc(0);
  position = 0;

  /** Starts over on another frame; one cursor serves a whole codec. */
  reset(bytes: Buffer, position: number): this {
    this.bytes = bytes;
    this.position = position;
    return this;
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  byte(): number {
    const value = this.bytes[this.position++];
    if (value === undefined) throw new FrameError('truncated', 'the frame ends within a value');
    return value;
  }

  /** A zigzag long as a number; exact for all that is not beyond 2^53, which is where the limits of every schema lie. */
  long(): number {
    let byte = this.byte();
    if (byte < 0x80) return (byte >> 1) ^ -(byte & 1);
    let low = byte & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      byte = this.byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    return this.#longTail(low);
  }

  #longTail(low: number): number {
    let high = 0;
    let scale = 1;
    for (let index = 4; index < 10; index++) {
      const byte = this.byte();
      if (index === 9 && byte > 1) break;
      high += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) {
        // zigzag = high * 2^28 + low, and its lowest bit is the sign.
        const half = high * (TWO_28 / 2) + (low >>> 1);
        return low & 1 ? -half - 1 : half;
      }
    }
    throw new FrameError('bad_number', 'an integer of more than 64 bits');
  }

  /** Steps over a length-prefixed value and returns its number of bytes. */
  span(): number {
    const length = this.long();
    if (length < 0) throw new FrameError('bad_length', 'a negative length');
    if (length > this.left) throw new FrameError('truncated', 'a length beyond the end of the frame');
    this.position += length;
    return length;
  }

  /** Steps over a string. Bytes that are not UTF-8 would be replaced silently by whoever decodes them. */
  text(): void {
    const length = this.span();
    for (let at = this.position - length; at < this.position; at++)
      if (this.bytes[at]! >= 0x80) {
        if (!isUtf8(this.bytes.subarray(at, this.position))) throw new FrameError('bad_text', 'a string that is not UTF-8');
        return;
      }
  }

  /** A string known to be ASCII, or refused later by its pattern. */
  ascii(): string {
    const length = this.span();
    return this.bytes.toString('latin1', this.position - length, this.position);
  }
}
