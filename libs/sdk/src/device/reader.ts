import { CryptoError, readMessage, type TemplateText } from '@parley/crypto';
import { quotedBy } from '../content/content.js';
import { ContentError } from '../content/error.js';
import type { TemplateContent } from '../content/kinds/template.js';
import { shownText } from '../content/shown.js';
import { checkTemplateText, renderTemplate } from '../content/template.js';
import type { End } from '../end/end.js';
import type { PlatformClient } from '../platform/client.js';
import type { InboxMessage } from '../platform/inbox.js';
import type { Numbers } from './numbers.js';
import { keys, load, put, type StoredMessage } from './records.js';
import type { Draft, Shelf } from './shelf.js';

/** What a message says, or why it cannot be read. */
export type Reading = Pick<StoredMessage, 'text' | 'content' | 'category' | 'template' | 'replyTo' | 'problem'>;

/** Opens what came in, and fills in templates from texts that have the sealed hash. */
export class Reader {
  constructor(
    private readonly shelf: Shelf,
    private readonly end: End<Draft>,
    private readonly numbers: Numbers,
    private readonly client: () => Promise<PlatformClient>,
  ) {}

  /** Fetches what reading the message will need, but for keys: nothing can be fetched within a commit. Throws PlatformError where it cannot be had now. */
  async prepare({ envelope, numberId, conversationId }: InboxMessage): Promise<void> {
    await this.numbers.known(numberId);
    const hash = envelope === null ? null : templateHashIn(envelope);
    if (hash === null || (await this.shelf.store.get(keys.template(businessOf(conversationId), hash))) !== null) return;
    const text = await (await this.client()).template(businessOf(conversationId), hash);
    if (text !== null) await this.shelf.change(async ({ changes }) => void changes.push(put(keys.template(businessOf(conversationId), hash), text)));
  }

  /** Reads within the commit that stores the message. Throws KeysNeeded, EndError. */
  async read(draft: Draft, item: InboxMessage, contactId: string, fetched: ReadonlySet<string>): Promise<Reading> {
    try {
      await this.checkPlace(item, contactId);
      const { content, category } = await this.open(draft, item, fetched);
      if (content.type !== 'template') return { text: shownText(content), content, category, template: null, replyTo: quotedBy(content) ?? null, problem: null };
      const text = await this.fillIn(item, content, category);
      return { text, content, category, template: { name: content.name, language: content.language }, replyTo: null, problem: null };
    } catch (error) {
      if (!(error instanceof CryptoError) && !(error instanceof ContentError)) throw error;
      return { text: null, content: null, category: item.category, template: null, replyTo: null, problem: error.code };
    }
  }

  private open(draft: Draft, { envelope, conversationId, messageId, category, template, reason }: InboxMessage, fetched: ReadonlySet<string>) {
    if (reason === 'not_a_recipient') throw new CryptoError(reason, 'the message was sealed for the account\'s other devices');
    if (envelope === null) throw new ContentError('envelope_missing', 'the message came without its envelope');
    const said = { ...(category === null ? {} : { category }), ...(template === null ? {} : { templateHash: template.hash }) };
    const businessId = businessOf(conversationId);
    return this.end.open(draft, { envelope, from: businessId, expected: { businessId, conversationId, messageId, ...said } }, fetched);
  }

  /** That the platform put the message into this person's conversation, and names a number of that business. */
  private async checkPlace({ numberId, conversationId }: InboxMessage, contactId: string): Promise<void> {
    const number = await this.numbers.known(numberId);
    if (number === null || `${number.businessId}.${contactId}` !== conversationId) throw new ContentError('sender_unknown', 'the number it came from is not the business\'s whose conversation it is in');
  }

  private async fillIn({ conversationId }: InboxMessage, content: TemplateContent, category: string | null): Promise<string> {
    const text = await load<TemplateText>(this.shelf.store, keys.template(businessOf(conversationId), content.hash));
    if (text === null) throw new ContentError('template_unknown', 'the platform has no template of the hash that was sealed');
    checkTemplateText(content, category, text);
    return renderTemplate(text.body, content.parameters);
  }
}

const businessOf = (conversationId: string) => conversationId.split('.')[0]!;

function templateHashIn(envelope: Uint8Array): string | null {
  try {
    return readMessage(envelope).templateHash;
  } catch (error) {
    if (error instanceof CryptoError) return null; // Reading it says so.
    throw error;
  }
}
