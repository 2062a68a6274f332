import { toBase64 } from '@parley/crypto';
import type { AccountKeys, KeyDirectory, PublishedList, PublishedPrekeys } from '../end/directory.js';
import { answerOf, Fields, orNull } from './answers.js';
import type { Transport } from './transport.js';

/** The platform's directory of keys over HTTP. Methods throw PlatformError. */
export class HttpKeyDirectory implements KeyDirectory {
  constructor(private readonly transport: Transport) {}

  async accountKeys(accountId: string, version: number | null, headSize: number | null): Promise<AccountKeys | null> {
    const query = new URLSearchParams({ ...(version === null ? {} : { version: String(version) }), ...(headSize === null ? {} : { head: String(headSize) }) });
    const path = `/delivery/v1/keys/accounts/${encodeURIComponent(accountId)}${query.size === 0 ? '' : `?${query}`}`;
    return await orNull(this.transport.send({ method: 'GET', path, repeatable: true }), (fields) => ({
      ...loggedOf(fields),
      lists: fields.bytesList('lists'),
      consistency: fields.optionalText('consistency') === null ? null : fields.bytes('consistency'),
    }));
  }

  async bundles(accountId: string, deviceIds: readonly string[]): Promise<readonly { readonly deviceId: string; readonly bundle: Uint8Array }[]> {
    const path = `/delivery/v1/keys/accounts/${encodeURIComponent(accountId)}/bundles`;
    // Repeated, it may use up a second one-time prekey: nothing is lost by that.
    const answer = await this.transport.send({ method: 'POST', path, body: JSON.stringify({ devices: deviceIds }), repeatable: true });
    return answerOf(answer, (fields) => fields.list('bundles').map((value) => {
      const bundle = new Fields(value);
      return { deviceId: bundle.text('deviceId'), bundle: bundle.bytes('bundle') };
    }));
  }

  async keyLog(): Promise<{ readonly logId: string; readonly publicKey: Uint8Array }> {
    const answer = await this.transport.send({ method: 'GET', path: '/delivery/v1/key-log', repeatable: true });
    return answerOf(answer, (fields) => ({ logId: fields.text('logId'), publicKey: fields.bytes('publicKey') }));
  }

  async publishList(list: Uint8Array, takeOver: boolean): Promise<PublishedList> {
    const body = JSON.stringify({ list: toBase64(list), ...(takeOver ? { takeOver } : {}) });
    return answerOf(await this.transport.send({ method: 'PUT', path: '/delivery/v1/keys/list', body, repeatable: true }), loggedOf);
  }

  async publishPrekeys(deviceId: string, signed: Uint8Array | null, oneTime: readonly { readonly id: number; readonly publicKey: Uint8Array }[]): Promise<PublishedPrekeys> {
    const body = JSON.stringify({ deviceId, signed: signed === null ? null : toBase64(signed), oneTime: oneTime.map(({ id, publicKey }) => ({ id, publicKey: toBase64(publicKey) })) });
    return answerOf(await this.transport.send({ method: 'PUT', path: '/delivery/v1/keys/prekeys', body, repeatable: true }), prekeysOf);
  }

  async prekeyStatus(deviceId: string): Promise<PublishedPrekeys> {
    const path = `/delivery/v1/keys/prekeys?deviceId=${encodeURIComponent(deviceId)}`;
    return answerOf(await this.transport.send({ method: 'GET', path, repeatable: true }), prekeysOf);
  }
}

function loggedOf(fields: Fields): PublishedList {
  return { listVersion: fields.whole('listVersion'), entry: fields.bytes('entry'), proof: fields.bytes('proof'), head: fields.bytes('head') };
}

function prekeysOf(fields: Fields): PublishedPrekeys {
  return { signedPrekeyId: fields.optionalWhole('signedPrekeyId'), oneTimeLeft: fields.whole('oneTimeLeft') };
}
