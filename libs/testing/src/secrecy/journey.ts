import type { Content, Device, StoredMessage } from '@parley/sdk';

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
