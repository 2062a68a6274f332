import type { webcrypto } from 'node:crypto';
import { toBase64, utf8 } from '../bytes.js';
import { CryptoError } from '../crypto-error.js';
import { scryptKey, type ScryptCost } from '../hash.js';
import { draw, type Random } from '../random.js';

type Bytes = Uint8Array<ArrayBuffer>;
type Key = webcrypto.CryptoKey;

/** Two keys that a browser can keep in its database and no script can read out of it. */
export type KeptKeys = { readonly seal: Key; readonly name: Key };

export type SealedRecord = { readonly nonce: Bytes; readonly sealed: ArrayBuffer };

const nonceBytes = 12;
const usages: ('encrypt' | 'decrypt')[] = ['encrypt', 'decrypt'];

/**
 * Records at rest in a browser, by WebCrypto: AES-256-GCM under a key that cannot be exported, and HMAC-SHA256 for names that tell nothing. Only
 * on a page that the browser trusts (https, or localhost).
 */
export class BrowserKeys {
  constructor(readonly kept: KeptKeys) {}

  static async make(): Promise<BrowserKeys> {
    const { subtle } = globalThis.crypto;
    const seal = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, usages);
    return new BrowserKeys({ seal, name: await subtle.generateKey({ name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']) });
  }

  /** From a passphrase, by scrypt and HKDF-SHA256. */
  static async under(passphrase: string, salt: Bytes, cost: ScryptCost): Promise<BrowserKeys> {
    const { subtle } = globalThis.crypto;
    const secret = await subtle.importKey('raw', new Uint8Array(await scryptKey(passphrase, salt, cost)), 'HKDF', false, ['deriveKey']);
    const from = (purpose: string) => ({ name: 'HKDF', hash: 'SHA-256', salt, info: bytesOf(`parley/browser-record/v1/${purpose}`) });
    const seal = await subtle.deriveKey(from('seal'), secret, { name: 'AES-GCM', length: 256 }, false, usages);
    return new BrowserKeys({ seal, name: await subtle.deriveKey(from('name'), secret, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, ['sign']) });
  }

  /** A name for a record that says nothing of the text it follows from: base64. */
  async nameOf(text: string): Promise<string> {
    return toBase64(new Uint8Array(await globalThis.crypto.subtle.sign('HMAC', this.kept.name, bytesOf(text))));
  }

  /** `context` names the record's place: moved to another it does not open. */
  async seal(context: string, plaintext: Uint8Array, random: Random): Promise<SealedRecord> {
    const nonce = new Uint8Array(draw(random, nonceBytes));
    return { nonce, sealed: await globalThis.crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce, additionalData: bytesOf(context) }, this.kept.seal, new Uint8Array(plaintext)) };
  }

  /** The plaintext. Throws CryptoError 'refused': wrong key, wrong place, changed bytes. */
  async open(context: string, { nonce, sealed }: SealedRecord): Promise<Uint8Array> {
    try {
      return new Uint8Array(await globalThis.crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce, additionalData: bytesOf(context) }, this.kept.seal, sealed));
    } catch {
      throw new CryptoError('refused', 'the record was changed, moved, or written under another key');
    }
  }
}

const bytesOf = (text: string): Bytes => new Uint8Array(utf8(text));
