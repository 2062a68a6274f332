import { MemoryStore, Device, PlatformError, type StoredMessage } from '@parley/sdk';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Ends } from './journey.js';

export interface EndsPlace {
  /** Addresses, without the services' prefixes. */
  readonly gateway: string;
  readonly platform: string;
  /** The business as the Cloud API knows it, and its software's token. */
  readonly wabaId: string;
  readonly phoneNumberId: string;
  readonly apiToken: string;
  readonly businessNumber: string;
  readonly template: Ends['template'];
  /** A customer's phone that is registered for this: its number, the code that proves it, and what the person calls itself. */
  readonly contact: { readonly number: string; readonly code: string; readonly name: string };
}

/** A customer's phone and the business's software, in this process. */
export class BothEnds implements Ends {
  readonly phone: Device;
  readonly contactNumber: string;
  readonly businessNumber: string;
  readonly template: Ends['template'];
  private readonly posts: string[] = [];
  private readonly callback: Server;

  private constructor(private readonly place: EndsPlace) {
    this.contactNumber = place.contact.number;
    this.businessNumber = place.businessNumber;
    this.template = place.template;
    this.phone = new Device({ baseUrl: place.platform, store: new MemoryStore() });
    this.callback = createServer((incoming, response) => void this.take(incoming, response));
  }

  /** Registers the phone, and has the gateway send its webhooks here. */
  static async open(place: EndsPlace): Promise<BothEnds> {
    const ends = new BothEnds(place);
    await new Promise<void>((resolve) => ends.callback.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(ends.callback.address() as AddressInfo).port}/`;
    const { status, body } = await ends.ask(`/v23.0/${place.wabaId}/subscribed_apps`, { override_callback_uri: url, verify_token: 'agreed' }, place.apiToken);
    if (status !== 200) throw new Error(`the gateway does not take the callback: ${body}`);
    await ends.phone.register(`+${place.contact.number}`, place.contact.code, place.contact.name);
    return ends;
  }

  /** Asks again where the connection was lost: whoever sent too much finds the next one closed. */
  async post(body: object | string, token: string = this.place.apiToken): Promise<Answer> {
    const ask = (): Promise<Answer> => this.ask(`/v23.0/${this.place.phoneNumberId}/messages`, body, token);
    const answer = await ask();
    return answer.status === 502 ? await ask() : answer;
  }

  async upload(bytes: Uint8Array, mimeType: string, filename: string): Promise<string> {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', mimeType);
    form.set('file', new Blob([Uint8Array.from(bytes)], { type: mimeType }), filename);
    const answer = await fetch(`${this.place.gateway}/gateway/v23.0/${this.place.phoneNumberId}/media`, { method: 'POST', headers: this.authorized, body: form });
    const { id } = (await answer.json()) as { readonly id?: string };
    if (id === undefined) throw new Error(`the gateway answered an upload ${answer.status}`);
    return id;
  }

  async download(mediaId: string): Promise<Uint8Array> {
    const about = (await (await fetch(`${this.place.gateway}/gateway/v23.0/${mediaId}`, { headers: this.authorized })).json()) as { readonly url: string };
    const answer = await fetch(about.url, { headers: this.authorized });
    if (!answer.ok) throw new Error(`the gateway answered a download ${answer.status}: ${await answer.text()}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  webhooks(): string {
    return this.posts.join('\n');
  }

  async history(): Promise<readonly StoredMessage[]> {
    await this.phone.sync().catch((error: unknown) => {
      if (!(error instanceof PlatformError)) throw error; // A service that is just starting again: the next sync will do.
    });
    return this.phone.history();
  }

  /** Resolves to whether it came true in time. */
  async until(isSo: () => boolean | Promise<boolean>, withinMs = 20_000): Promise<boolean> {
    for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(200)) if (await isSo()) return true;
    return false;
  }

  async close(): Promise<void> {
    this.callback.closeAllConnections();
    await new Promise((resolve) => this.callback.close(resolve));
  }

  private get authorized(): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${this.place.apiToken}` };
  }

  private async ask(path: string, body: object | string, token: string): Promise<Answer> {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const answer = await fetch(`${this.place.gateway}/gateway${path}`, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
    return { status: answer.status, body: await answer.text() };
  }

  private async take(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const challenge = new URL(incoming.url ?? '/', 'http://business').searchParams.get('hub.challenge');
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    if (challenge === null) this.posts.push(Buffer.concat(chunks).toString());
    response.end(challenge ?? '');
  }
}
