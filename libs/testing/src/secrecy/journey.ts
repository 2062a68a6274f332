import { fileOf, wholeOf, type Content, type Device, type MediaType, type StoredMessage } from '@parley/sdk';

/** What the gateway answered. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Both ends of a conversation, as whoever plays it holds them. */
export interface Ends {
  /** The customer's. */
  readonly phone: Device;
  readonly contactNumber: string;
  readonly businessNumber: string;
  /** A template with two places in its body that the business may send. */
  readonly template: { readonly name: string; readonly language: string };
  /** POSTs a body to the gateway's `…/messages`, as the business's software. */
  post(body: object | string, token?: string): Promise<Answer>;
  /** Uploads a file to the gateway, as the business's software; resolves to its id. */
  upload(bytes: Uint8Array, mimeType: string, filename: string): Promise<string>;
  /** The file that a webhook named, as the business's software downloads it. */
  download(mediaId: string): Promise<Uint8Array>;
  /** What the gateway told the business's software by webhook, as it came. */
  webhooks(): string;
  /** What the phone holds, after it has taken what is there. */
  history(): Promise<readonly StoredMessage[]>;
}

/** One way for content to go from one end to the other. */
export interface Passage {
  readonly name: string;
  send(ends: Ends, word: string): Promise<void>;
  arrived(ends: Ends, word: string): Promise<boolean>;
}

const onPhone = async (ends: Ends, word: string): Promise<boolean> => (await ends.history()).some(({ direction, text }) => direction === 'in' && text !== null && text.includes(word));
const atBusiness = async (ends: Ends, word: string): Promise<boolean> => ends.webhooks().includes(word);

const fromContact = (name: string, send: Passage['send']): Passage => ({ name: `${name} from the contact`, send, arrived: atBusiness });
const fromBusiness = (name: string, message: (ends: Ends, word: string) => object | Promise<object>): Passage => ({
  name: `${name} from the business`,
  send: async (ends, word) => {
    const { status, body } = await ends.post(addressed(ends, await message(ends, word)));
    if (status !== 200) throw new Error(`${name}: the gateway answered ${status}: ${body}`);
  },
  arrived: onPhone,
});

/** A message to the contact, as the Cloud API has it. */
export function addressed({ contactNumber }: Pick<Ends, 'contactNumber'>, message: object): object {
  return { messaging_product: 'whatsapp', to: contactNumber, ...message };
}

export function textMessage(body: string): object {
  return { type: 'text', text: { body } };
}

/** The template with these values in its body's places. */
export function templateMessage({ template }: Pick<Ends, 'template'>, values: readonly string[], name = template.name): object {
  const components = [{ type: 'body', parameters: values.map((text) => ({ type: 'text', text })) }];
  return { type: 'template', template: { name, language: { code: template.language }, components } };
}

const mimeTypes: Readonly<Record<MediaType, string>> = { image: 'image/png', video: 'video/mp4', audio: 'audio/mpeg', document: 'application/pdf', sticker: 'image/webp' };
const isCaptioned = (type: MediaType): boolean => type !== 'audio' && type !== 'sticker';
/** A file that is the word, over and over. */
const fileWith = (word: string): Uint8Array => new TextEncoder().encode(`${word} `.repeat(20));
const includes = (bytes: Uint8Array, word: string): boolean => Buffer.from(bytes).includes(word);

/** A file each way: the word is its bytes, its name, and what is said about it. It has arrived when the other end has opened it. */
function files(type: MediaType): readonly [Passage, Passage] {
  return [
    {
      name: `${type} from the contact`,
      send: async ({ phone, businessNumber }, word) => {
        const file = await phone.attach(fileOf(fileWith(word), { mimeType: mimeTypes[type], ...(type === 'document' ? { filename: `${word}.pdf` } : {}) }));
        await phone.send(`+${businessNumber}`, { type, file, ...(isCaptioned(type) ? { caption: word } : {}) } as Parameters<Device['send']>[1]);
      },
      arrived: async (ends, word) => {
        const id = [...ends.webhooks().matchAll(new RegExp(`"type":"${type}","${type}":\\{[^}]*?"id":"([^"]+)"`, 'g'))].at(-1)?.[1];
        return id !== undefined && (!isCaptioned(type) || ends.webhooks().includes(word)) && includes(await ends.download(id), word);
      },
    },
    {
      ...fromBusiness(type, async (ends, word) => {
        const id = await ends.upload(fileWith(word), mimeTypes[type], `${word}.${type}`);
        return { type, [type]: { id, ...(isCaptioned(type) ? { caption: word } : {}), ...(type === 'document' ? { filename: `${word}.pdf` } : {}) } };
      }),
      arrived: async (ends, word) => {
        const content = (await ends.history()).findLast((message) => message.direction === 'in' && message.content?.type === type)?.content;
        return content?.type === type && includes(await wholeOf(ends.phone.open(content.file)), word);
      },
    },
  ];
}

/** The wire id of the contact's last message, as a webhook gave it. */
const lastFromContact = (ends: Ends): string => [...ends.webhooks().matchAll(/"messages":\[\{[^[\]]*?"id":"(wamid\.[^"]+)"/g)].at(-1)?.[1] ?? '';
const lastOnPhone = async (ends: Ends): Promise<string> => (await ends.history()).filter(({ direction }) => direction === 'in').at(-1)?.messageId ?? '';

/**
 * Every type of content, and each way it goes. A type of the sdk that is not here does not compile: write how it is sent, and how one sees that it arrived. `word` is what
 * nobody between the ends may see; it goes wherever the type has room for content (text, caption, file name, the file itself).
 */
export const passages: Readonly<Record<Content['type'], readonly [Passage, ...Passage[]]>> = {
  text: [
    fromContact('text', async ({ phone, businessNumber }, word) => void (await phone.write(`+${businessNumber}`, word))),
    fromBusiness('text', (_, word) => textMessage(word)),
    fromContact('quoted reply', async (ends, word) => void (await ends.phone.write(`+${ends.businessNumber}`, word, { replyTo: await lastOnPhone(ends) }))),
    fromBusiness('quoted reply', (ends, word) => ({ ...textMessage(word), context: { message_id: lastFromContact(ends) } })),
    fromBusiness('text with the business’s own note', (_, word) => ({ ...textMessage(word), biz_opaque_callback_data: word })),
  ],
  template: [fromBusiness('template parameter', (ends, word) => templateMessage(ends, [word, 'Friday']))],
  image: files('image'),
  video: files('video'),
  audio: files('audio'),
  document: files('document'),
  sticker: files('sticker'),
  location: [
    fromContact('location', async ({ phone, businessNumber }, word) => void (await phone.send(`+${businessNumber}`, { type: 'location', latitudeE7: 1, longitudeE7: 2, name: word, address: word }))),
    fromBusiness('location', (_, word) => ({ type: 'location', location: { latitude: 1, longitude: 2, name: word, address: word } })),
  ],
  contacts: [
    fromContact('card', async ({ phone, businessNumber }, word) => void (await phone.send(`+${businessNumber}`, { type: 'contacts', contacts: [{ name: { formattedName: word, firstName: word } }] }))),
    fromBusiness('card', (_, word) => ({ type: 'contacts', contacts: [{ name: { formatted_name: word, first_name: word } }] })),
  ],
  // No room for a word: that it was reacted to is what arrives.
  reaction: [
    { name: 'reaction from the contact', send: async (ends) => void (await ends.phone.send(`+${ends.businessNumber}`, { type: 'reaction', messageId: await lastOnPhone(ends), emoji: '👍' })), arrived: async (ends) => ends.webhooks().includes('"type":"reaction"') },
    { ...fromBusiness('reaction', (ends) => ({ type: 'reaction', reaction: { message_id: lastFromContact(ends), emoji: '🎉' } })), arrived: (ends) => onPhone(ends, '🎉') },
  ],
  interactive: [
    fromBusiness('buttons', (_, word) => ({ type: 'interactive', interactive: { type: 'button', body: { text: word }, action: { buttons: [{ type: 'reply', reply: { id: word, title: 'Yes' } }] } } })),
    fromBusiness('list', (_, word) => ({ type: 'interactive', interactive: { type: 'list', body: { text: word }, action: { button: 'Choose', sections: [{ title: 'All', rows: [{ id: word, title: 'This', description: 'x' }] }] } } })),
    fromBusiness('button with an address', (_, word) => ({ type: 'interactive', interactive: { type: 'cta_url', body: { text: word }, action: { name: 'cta_url', parameters: { display_text: 'Open', url: `https://shop.example.com/${word}` } } } })),
  ],
  button_reply: [fromContact('tap on a button', async ({ phone, businessNumber }, word) => void (await phone.send(`+${businessNumber}`, { type: 'button_reply', id: word, title: 'Yes' })))],
  list_reply: [fromContact('choice from a list', async ({ phone, businessNumber }, word) => void (await phone.send(`+${businessNumber}`, { type: 'list_reply', id: word, title: 'This' })))],
  template_reply: [fromContact('tap on a template’s button', async ({ phone, businessNumber }, word) => void (await phone.send(`+${businessNumber}`, { type: 'template_reply', payload: word, text: 'Yes' })))],
};

/** Plays every passage of the table in its order; resolves to those that did not arrive in time. */
export async function travel(ends: Ends, word: (name: string) => string, withinMs: number, sleep: (ms: number) => Promise<unknown>): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const { name, send, arrived } of Object.values(passages).flat()) {
    await send(ends, word(name));
    let waitedMs = 0;
    while (waitedMs < withinMs && !(await arrived(ends, word(name)))) {
      await sleep(200);
      waitedMs += 200;
    }
    if (waitedMs >= withinMs) missing.push(name);
  }
  return missing;
}
