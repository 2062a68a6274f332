import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fileOf, wholeOf } from '@parley/sdk';
import type { ImageContent } from '@parley/sdk';
import { openCallback } from './callback.fixture.js';
import type { Callback } from './callback.fixture.js';
import { ask, eventually, receive, send, stage } from './platform.fixture.js';
import type { Stage } from './platform.fixture.js';
import { cast } from './sandbox/cast.js';

interface Message {
  readonly type: string;
  readonly id: string;
  readonly context?: { readonly id: string };
  readonly image?: { readonly id: string; readonly mime_type: string; readonly sha256: string; readonly caption: string };
  readonly interactive?: { readonly button_reply: { readonly id: string; readonly title: string } };
}

let set: Stage;
let callback: Callback<{ readonly value: { readonly messages?: readonly Message[] } }>;
const messages = (): readonly Message[] => callback.changes.flatMap(({ value }) => value.messages ?? []);
const picture = Uint8Array.from({ length: 400_000 }, (_, at) => (at * 13) & 255);

beforeAll(async () => {
  set = await stage();
  callback = await openCallback(set);
}, 120_000);
afterAll(async () => {
  await set.end();
  await callback.close();
}, 30_000);

const bearer = () => ({ Authorization: `Bearer ${set.platform.sandbox.apiToken}` });
const isOpen = () => eventually(() => ask(set.platform.address, `/windows/v1/conversations/${cast.business.businessId}.${set.platform.sandbox.contactId}`, set.platform.sandbox.apiKey), ({ body }) => body['open'] === true);

describe('a picture', () => {
  it('goes from a phone to the business, with its caption, and is downloaded there as it was', async () => {
    const progress: number[] = [];
    const file = await set.phone.attach(fileOf(picture, { mimeType: 'image/jpeg' }), { onProgress: (done) => progress.push(done) });
    expect(progress.at(-1)).toBe(picture.length);
    expect(await set.phone.send(cast.number.phone, { type: 'image', file, caption: 'It came broken' })).toMatchObject({ state: 'accepted', text: '[image] It came broken' });
    const [message] = await eventually(async () => messages(), (all) => all.length === 1);
    expect(message).toMatchObject({ type: 'image', image: { mime_type: 'image/jpeg', caption: 'It came broken' } });
    const about = await ask(set.platform.address, `/gateway/v23.0/${message!.image!.id}`, set.platform.sandbox.apiToken);
    expect(about.body).toMatchObject({ mime_type: 'image/jpeg', file_size: picture.length, sha256: Buffer.from(message!.image!.sha256, 'base64').toString('hex') });
    const download = await fetch(String(about.body['url']), { headers: bearer() });
    expect(Buffer.compare(Buffer.from(await download.arrayBuffer()), picture)).toBe(0);
  });

  it('goes from the business to a phone, above buttons too, and what is tapped on comes back', async () => {
    await isOpen();
    const form = new FormData();
    form.append('messaging_product', 'whatsapp');
    form.append('file', new Blob([picture], { type: 'image/png' }), 'new.png');
    const uploaded = await fetch(`${set.platform.address}/gateway/v23.0/${cast.wire.phoneNumberId}/media`, { method: 'POST', headers: bearer(), body: form });
    const { id } = (await uploaded.json()) as { id: string };
    expect((await send(set.platform, set.platform.sandbox.apiToken, { type: 'image', image: { id, caption: 'The new one' } })).status).toBe(200);
    const received = (await receive(set.phone, (text) => text === '[image] The new one')).at(-1)!;
    expect(received.state).toBe('received');
    const { file } = received.content as ImageContent;
    expect(file).toMatchObject({ mimeType: 'image/png', length: picture.length });
    expect(Buffer.compare(await wholeOf(set.phone.open(file)), picture)).toBe(0);

    const buttons = [{ type: 'reply', reply: { id: 'keep', title: 'Keep it' } }];
    await send(set.platform, set.platform.sandbox.apiToken, { type: 'interactive', interactive: { type: 'button', header: { type: 'image', image: { id } }, body: { text: 'Well?' }, action: { buttons } } });
    const asked = (await receive(set.phone, (text) => text.endsWith('• Keep it'))).at(-1)!;
    await set.phone.send(cast.number.phone, { type: 'button_reply', id: 'keep', title: 'Keep it' }, { replyTo: asked.messageId });
    const answered = await eventually(async () => messages().find(({ type }) => type === 'interactive'), (message) => message !== undefined);
    expect(answered).toMatchObject({ interactive: { type: 'button_reply', button_reply: { id: 'keep', title: 'Keep it' } }, context: { id: `wamid.${asked.messageId}` } });
  });
});
