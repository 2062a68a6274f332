import { addressed, templateMessage, textMessage, type Ends } from './journey.js';

/** Something that goes wrong with content at hand; `outcome` is what it has to come to: a path that is no error any more is not the one that was meant. */
export interface Mistake {
  readonly name: string;
  make(ends: Ends, word: string): Promise<string>;
  readonly outcome: RegExp;
}

const posted = (name: string, outcome: RegExp, body: (ends: Ends, word: string) => object | string, token?: string): Mistake => ({
  name,
  outcome,
  make: async (ends, word) => {
    const answer = await ends.post(body(ends, word), token);
    return `${answer.status} ${answer.body}`;
  },
});
const sent = (name: string, outcome: RegExp, message: (ends: Ends, word: string) => object): Mistake => posted(name, outcome, (ends, word) => addressed(ends, message(ends, word)));

/** What the business's software does wrong, at the business's own gateway: its answers may hold nothing of it either, and the platform hears nothing of it. */
export const gatewayMistakes: readonly Mistake[] = [
  sent('a template that there is not', /^404 .*132001/, (ends, word) => templateMessage(ends, [word, 'Friday'], 'no_such_template')),
  sent('too few parameters', /^400 .*132000/, (ends, word) => templateMessage(ends, [word])),
  sent('too many parameters', /^400 .*132000/, (ends, word) => templateMessage(ends, [word, word, word])),
  posted('no JSON', /^400 .*must be JSON/, (_, word) => `{"messaging_product": "whatsapp", "text": {"body": "${word}`),
  sent('a type that there is not', /^400 .*type must be one of/, (_, word) => ({ type: 'poem', poem: { body: word } })),
  sent('a text that is too long', /^400 .*4096/, (_, word) => textMessage(word.padEnd(5_000))),
  posted('a body that is too long', /^400 .*bytes/, (ends, word) => addressed(ends, textMessage(word.padEnd(400_000)))),
  posted('a token that there is not', /^401 .*190/, (ends, word) => addressed(ends, textMessage(word)), 'gt_nobody'),
  posted('no number to send to', /^400 .*131008/, (_, word) => ({ messaging_product: 'whatsapp', ...textMessage(word) })),
  posted('a number that is none', /^400 .*131009/, (_, word) => ({ messaging_product: 'whatsapp', to: word, ...textMessage(word) })),
  posted('a number that nobody has registered', /^200/, (_, word) => ({ messaging_product: 'whatsapp', to: '4917139999999', ...textMessage(word) })),
  sent('an answer to a message that there is not', /^400 .*131009/, (_, word) => ({ ...textMessage(word), context: { message_id: word } })),
];

/** What somebody says to the platform in clear, by mistake: it is not told, logged, or kept. `path`, `init`: a request; `outcome`: the status. */
export interface Stray {
  readonly name: string;
  readonly path: string;
  readonly status: number;
  request(word: string, apiKey: string): { readonly method: string; readonly headers: Record<string, string>; readonly body: string | null };
}

const json = { 'Content-Type': 'application/json' };
const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
const write = (name: string, path: string, status: number, body: (word: string) => string): Stray => ({
  name,
  path,
  status,
  request: (word, apiKey) => ({ method: 'POST', headers: { ...json, ...bearer(apiKey), 'Idempotency-Key': `stray-${name.replaceAll(' ', '-')}` }, body: body(word) }),
});
const message = { messageId: 'stray1', numberId: 'harbour', contactId: 'nobody', kind: 'free_form' };

export const strays: readonly Stray[] = [
  write('a message in clear', '/ingest/v1/messages', 400, (word) => JSON.stringify({ ...message, envelope: 'AQID', text: word })),
  write('a text as envelope', '/ingest/v1/messages', 400, (word) => JSON.stringify({ ...message, envelope: word })),
  write('a text in base64 as envelope', '/ingest/v1/messages', 400, (word) => JSON.stringify({ ...message, envelope: Buffer.from(word).toString('base64') })),
  write('a kind that there is not', '/ingest/v1/messages', 400, (word) => JSON.stringify({ ...message, kind: word, envelope: 'AQID' })),
  write('no JSON', '/ingest/v1/messages', 400, (word) => `{"text": "${word}`),
  write('too large', '/ingest/v1/messages', 413, (word) => JSON.stringify({ ...message, text: word.padEnd(1_200_000) })),
  write('a record to check', '/ingest/v1/check-record', 200, (word) => JSON.stringify({ key: 'b.c', value: Buffer.from(word).toString('base64'), headers: {} })),
  write('a template that is none', '/notifications/v1/templates', 400, (word) => JSON.stringify({ text: word })),
  write('a receipt that is none', '/delivery/v1/receipts', 400, (word) => JSON.stringify({ receipts: [{ text: word }] })),
  write('a question that is none', '/billing/v1/what-if', 400, (word) => JSON.stringify({ policy: word })),
  { name: 'a text as token', path: '/ingest/v1/messages', status: 401, request: (word) => ({ method: 'POST', headers: { ...json, ...bearer(word), 'Idempotency-Key': 'stray-token' }, body: '{}' }) },
  { name: 'a text as path', path: '/windows/v1/', status: 404, request: (word, apiKey) => ({ method: 'GET', headers: { ...bearer(apiKey), 'X-Note': word }, body: null }) },
];
