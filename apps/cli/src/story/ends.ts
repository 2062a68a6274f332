import { conversationIdOf, toId, type ContactId, type ConversationId, type MessageId } from '@parley/contracts';
import { contactIdOf, newId, type Random } from '@parley/crypto';
import { envelopeTable, inboxTable } from '@parley/domain';
import { renderTemplate, shownText, type Content } from '@parley/sdk';
import { StoryDevice } from './device.js';
import { deliveredRequest, hash, inboundRequest, notificationRequest, replyRequest, type SealedMessage } from './requests.js';
import { businesses, customers, template, type Act, type BusinessRole, type CustomerRole } from './script.js';
import type { Row, VirtualPlatform } from './virtual-platform.js';

interface Phone {
  readonly role: CustomerRole;
  readonly device: StoryDevice;
  readonly contactId: ContactId;
  /** Ids of the messages it has taken from the platform. */
  readonly taken: Set<string>;
}

/**
 * The two ends of every conversation: they hold the keys, seal what they send and open what arrives. The platform between them is given
 * ciphertext, and gives back what it was given.
 */
export class Ends {
  readonly #desks = new Map<BusinessRole, StoryDevice>();
  readonly #phones = new Map<CustomerRole, Phone>();
  /** All that was written, to look for it afterwards where it must not be. */
  readonly texts: string[] = [];

  constructor(
    private readonly platform: VirtualPlatform,
    private readonly random: Random,
  ) {
    const directoryKey = random(32);
    for (const role of Object.keys(businesses) as BusinessRole[]) this.#desks.set(role, this.#device(businesses[role].id));
    for (const role of Object.keys(customers) as CustomerRole[]) {
      const contactId = toId('Contact', contactIdOf(directoryKey, customers[role].phone));
      this.#phones.set(role, { device: this.#device(contactId), role, contactId, taken: new Set() });
    }
  }

  conversationOf({ business, customer }: Pick<Act, 'business' | 'customer'>): ConversationId {
    return conversationIdOf(toId('Business', businesses[business].id), this.#phone(customer).contactId);
  }

  /** Does what the act says; then every phone takes what waits for it. Resolves with the message's id. */
  async play(act: Act): Promise<MessageId> {
    const messageId = toId('Message', newId('m', this.random));
    const { catalog } = this.platform;
    switch (act.does) {
      case 'writes': {
        const { name, phone } = customers[act.customer];
        await this.platform.submit(inboundRequest(this.#sealed(act, messageId, { type: 'text', body: act.text, from: { phone, name } }), catalog));
        break;
      }
      case 'answers':
        await this.platform.submit(replyRequest(this.#sealed(act, messageId, { type: 'text', body: act.text })));
        break;
      case 'notifies':
        await this.platform.submit(notificationRequest(this.#sealed(act, messageId, notification(act.values))));
        break;
      default:
        act satisfies never;
    }
    for (const phone of this.#phones.values()) await this.#take(phone);
    return messageId;
  }

  #sealed(act: Act, messageId: MessageId, content: Content): SealedMessage {
    const business = businesses[act.business];
    const phone = this.#phone(act.customer);
    const desk = this.#desks.get(act.business)!;
    const [sender, recipient] = act.does === 'writes' ? [phone.device, desk] : [desk, phone.device];
    const category = act.does === 'writes' ? null : act.does === 'notifies' ? template.category : 'service';
    const address = { businessId: business.id, conversationId: this.conversationOf(act), messageId, category };
    this.texts.push(textOf(content));
    const envelope = sender.seal(recipient, content, address);
    return { business, contactId: phone.contactId, phone: customers[act.customer].phone, messageId, at: this.platform.time.now, envelope };
  }

  /** The phone takes what is new in its inbox, opens it, and says so. Throws where it cannot be opened: nobody would be charged for that. */
  async #take(phone: Phone): Promise<void> {
    const inbox = this.platform.rows(inboxTable.name).filter((row) => row['recipient'] === 'contact' && row['kind'] === 'message' && row['contact_id'] === phone.contactId);
    for (const row of inbox) {
      const messageId = toId('Message', String(row['message_id']));
      if (phone.taken.has(messageId)) continue;
      phone.taken.add(messageId);
      const [role, business] = (Object.entries(businesses) as [BusinessRole, (typeof businesses)[BusinessRole]][]).find(([, { id }]) => id === row['business_id'])!;
      const content = phone.device.open(this.#desks.get(role)!, this.#envelopeOf(row), expectedOf(row));
      if (!this.texts.includes(textOf(content))) throw new Error(`${phone.role} opened something that nobody wrote`);
      const about = { business, contactId: phone.contactId, phone: customers[phone.role].phone, messageId, at: this.platform.time.now };
      await this.platform.submit(deliveredRequest(about, toId('Device', phone.device.deviceId), this.platform.catalog));
    }
  }

  #envelopeOf(row: Row): Uint8Array {
    const isIt = (stored: Row): boolean => stored['conversation_id'] === row['conversation_id'] && stored['message_id'] === row['message_id'];
    const stored = this.platform.rows(envelopeTable.name).find(isIt);
    if (!(stored?.['bytes'] instanceof Uint8Array)) throw new Error(`message ${String(row['message_id'])} has no envelope`);
    return stored['bytes'];
  }

  #phone(role: CustomerRole): Phone {
    return this.#phones.get(role)!;
  }

  #device(accountId: string): StoryDevice {
    return new StoryDevice(accountId, newId('d', this.random), this.platform.time.now, this.random);
  }
}

function notification(values: readonly string[]): Content {
  const { name, language, version } = template;
  const parameters = [{ component: 'body', values: values.map((text) => ({ kind: 'text', text })) }];
  return { type: 'template', name, language, version, hash, parameters };
}

function textOf(content: Content): string {
  return content.type === 'template' ? renderTemplate(template.body, content.parameters) : shownText(content);
}

function expectedOf(row: Row) {
  const text = (column: string): string => String(row[column]);
  return { businessId: text('business_id'), conversationId: text('conversation_id'), messageId: text('message_id') };
}
