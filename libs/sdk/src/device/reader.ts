import { SealError, type OwnDevice, type TemplateText } from '@parley/crypto';
import { quotedBy } from '../content/content.js';
import { ContentError } from '../content/error.js';
import type { TemplateContent } from '../content/kinds/template.js';
import { lists, openFromDevice, type OpenedContent } from '../content/sealed.js';
import { shownText } from '../content/shown.js';
import { checkTemplateText, renderTemplate } from '../content/template.js';
import type { PlatformClient } from '../platform/client.js';
import type { InboxMessage } from '../platform/inbox.js';
import { addressesOf, type Numbers } from './numbers.js';
import { keys, load, put, type StoredMessage } from './records.js';
import type { Shelf } from './shelf.js';

/** What a message says, or why it cannot be read. */
export type Reading = Pick<StoredMessage, 'text' | 'content' | 'category' | 'template' | 'replyTo' | 'problem'>;

/** Opens what came in: checks the sender with the directory, and fills in templates from texts that have the sealed hash. */
export class Reader {
  constructor(
    private readonly shelf: Shelf,
    private readonly numbers: Numbers,
    private readonly client: () => Promise<PlatformClient>,
  ) {}

  /** Throws PlatformError where the directory or a template cannot be had now: the message is then neither readable nor unreadable. */
  async read(item: InboxMessage, own: OwnDevice, contactId: string): Promise<Reading> {
    try {
      const opened = this.open(item, own);
      await this.checkSender(item, opened, contactId);
      const { content, category } = opened;
      if (content.type !== 'template') return { text: shownText(content), content, category, template: null, replyTo: quotedBy(content) ?? null, problem: null };
      const text = await this.fillIn(item, content, category);
      return { text, content, category, template: { name: content.name, language: content.language }, replyTo: null, problem: null };
    } catch (error) {
      if (!(error instanceof SealError) && !(error instanceof ContentError)) throw error;
      return { text: null, content: null, category: item.category, template: null, replyTo: null, problem: error.code };
    }
  }

  private open({ envelope, conversationId, messageId, category, template }: InboxMessage, device: OwnDevice): OpenedContent {
    if (envelope === null) throw new ContentError('envelope_missing', 'the message came without its envelope');
    const said = { ...(category === null ? {} : { category }), ...(template === null ? {} : { templateHash: template.hash }) };
    return openFromDevice({ envelope, device, expected: { conversationId, messageId, ...said } });
  }

  private async checkSender({ numberId, conversationId }: InboxMessage, { sender }: OpenedContent, contactId: string): Promise<void> {
    let number = await this.numbers.known(numberId);
    if (number !== null && !lists(addressesOf(number), sender)) number = await this.numbers.fresh(numberId);
    const isListed = number !== null && lists(addressesOf(number), sender);
    if (!isListed || `${number?.businessId}.${contactId}` !== conversationId) {
      throw new ContentError('sender_unknown', 'the directory does not list the device that sealed this for the number it came from');
    }
  }

  private async fillIn(item: InboxMessage, content: TemplateContent, category: string | null): Promise<string> {
    const businessId = item.conversationId.split('.')[0]!;
    const key = keys.template(businessId, content.hash);
    const kept = await load<TemplateText>(this.shelf.store, key);
    const text = kept ?? (await (await this.client()).template(businessId, content.hash));
    if (text === null) throw new ContentError('template_unknown', 'the platform has no template of the hash that was sealed');
    checkTemplateText(content, category, text);
    if (kept === null) await this.shelf.change(async ({ changes }) => void changes.push(put(key, text)));
    return renderTemplate(text.body, content.parameters);
  }
}
