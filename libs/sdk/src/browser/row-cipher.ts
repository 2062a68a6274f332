import { CryptoError, fromUtf8, utf8, type Random, type ScryptCost } from '@parley/crypto';
import { BrowserKeys, type KeptKeys, type SealedRecord } from '@parley/crypto/browser';
import { StoreError } from '../store/error.js';
import type { SealedRow } from './database.js';

/** What a store's rows are sealed with: keys that the browser keeps beside them, or a passphrase that is nowhere. */
export type Header =
  | { readonly format: 1; readonly kind: 'browser'; readonly keys: KeptKeys }
  | { readonly format: 1; readonly kind: 'passphrase'; readonly salt: Uint8Array<ArrayBuffer>; readonly cost: ScryptCost; /** Opens with the right passphrase. */ readonly proof: SealedRecord };

export type NewHeader = { readonly cipher: RowCipher; readonly header: Header };

const saltBytes = 16;
const proofId = 'proof';

/** Seals entries: key and value together, bound to the row's id, which is a keyed hash of the key. */
export class RowCipher {
  private constructor(
    private readonly keys: BrowserKeys,
    private readonly random: Random,
  ) {}

  static async fresh(random: Random): Promise<NewHeader> {
    const keys = await BrowserKeys.make();
    return { cipher: new RowCipher(keys, random), header: { format: 1, kind: 'browser', keys: keys.kept } };
  }

  static async freshUnder(passphrase: string, cost: ScryptCost, random: Random): Promise<NewHeader> {
    const salt = new Uint8Array(random(saltBytes));
    const keys = await BrowserKeys.under(passphrase, salt, cost);
    return { cipher: new RowCipher(keys, random), header: { format: 1, kind: 'passphrase', salt, cost, proof: await keys.seal(proofId, new Uint8Array(), random) } };
  }

  /** The cipher of a store that is there. Throws StoreError where it needs another key than is given. */
  static async of(header: Header, passphrase: string | null, random: Random): Promise<RowCipher> {
    if (header.format !== 1) throw new StoreError('This device was kept by a newer version of the page. Load the page anew.');
    if (header.kind === 'browser') {
      if (passphrase !== null) throw new StoreError('This device is kept under a key of this browser and has no passphrase. Open it without one.');
      return new RowCipher(new BrowserKeys(header.keys), random);
    }
    if (passphrase === null) throw new StoreError('This device is kept under a passphrase. Open it with the one it was made with.');
    const keys = await BrowserKeys.under(passphrase, header.salt, header.cost);
    await keys.open(proofId, header.proof).catch(orElse('This device does not open with this passphrase. Try the one it was made with.'));
    return new RowCipher(keys, random);
  }

  idOf(key: string): Promise<string> {
    return this.keys.nameOf(key);
  }

  async seal(key: string, value: string): Promise<SealedRow> {
    const id = await this.idOf(key);
    return { id, ...(await this.keys.seal(id, utf8(JSON.stringify([key, value])), this.random)) };
  }

  /** The key and value of a row. Throws StoreError where it is not what was sealed. */
  async open({ id, ...record }: SealedRow): Promise<readonly [key: string, value: string]> {
    const plain = await this.keys.open(id, record).catch(orElse("This device's data in the browser is damaged. Remove it, and register the device anew."));
    return JSON.parse(fromUtf8(plain)!) as [string, string]; // Sealed by us: it is what `seal` wrote.
  }
}

/** The words for a record that does not open; any other error is passed on. */
const orElse = (words: string) => (error: unknown): never => {
  throw error instanceof CryptoError ? new StoreError(words) : error;
};
