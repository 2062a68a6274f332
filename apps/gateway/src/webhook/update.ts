import type { Fact, PhoneNumber, SeenTemplate } from '../state/fact.js';
import { templateIdOf } from '../wire/published.js';
import type { Template } from '../wire/template.js';
import type { TemplateCategoryUpdate, TemplateStatusUpdate, UpdateField, UpdateValue, UserPreferences } from './field.js';

/** Something that a field other than `messages` tells. */
export interface Update {
  readonly field: UpdateField;
  readonly value: UpdateValue;
}

export function seenOf({ name, language, version, category, status }: Template): SeenTemplate {
  return { name, language, version, category, status };
}

/**
 * What has happened to templates since webhooks last told of them. `seen` null: they were never looked at, and what is there is no news.
 * `isDeleted`: the business has deleted it; one that is merely not listed is not told of.
 */
export function templateUpdates(seen: readonly SeenTemplate[] | null, listed: readonly Template[], isDeleted: (template: SeenTemplate) => boolean): readonly Update[] {
  if (seen === null) return [];
  const before = new Map(seen.map((template) => [keyOf(template), template]));
  const now = new Set(listed.map(keyOf));
  const changed = listed.flatMap((template): readonly Update[] => {
    const old = before.get(keyOf(template));
    const isNew = old === undefined || old.status !== template.status || old.version !== template.version;
    return [
      ...(old !== undefined && old.category !== template.category ? [categoryUpdate(template, old.category)] : []),
      ...(isNew ? [statusUpdate(template, eventOfStatus(template.status))] : []),
    ];
  });
  const gone = seen.filter((template) => !now.has(keyOf(template)) && isDeleted(template));
  return [...changed, ...gone.map((template) => statusUpdate(template, 'DELETED'))];
}

/**
 * What a contact's STOP means for the account, out of the facts that its message became: the platform is told to send it nothing more, of any
 * kind; the wire knows of marketing alone. Someone who opts in again does so with the business, which then knows.
 */
export function preferenceUpdates(facts: readonly Fact[], numbers: readonly PhoneNumber[], at: number): readonly Update[] {
  return facts.flatMap((fact): readonly Update[] => {
    if (fact.type !== 'CallQueued' || fact.call.path !== '/ingest/v1/consents') return [];
    const { contactId, action } = JSON.parse(fact.call.body) as { readonly contactId?: unknown; readonly action?: unknown };
    const noted = facts.find((one) => one.type === 'MessageNoted' && one.note.direction === 'in' && one.note.conversationId === fact.call.line);
    const contact = facts.find((one) => one.type === 'ContactNoted' && one.contact.contactId === contactId);
    if (action !== 'revoke' || noted?.type !== 'MessageNoted' || contact?.type !== 'ContactNoted') return [];
    const { phone, name } = contact.contact;
    const number = numbers.find(({ numberId }) => numberId === noted.note.numberId);
    const value: UserPreferences = {
      messaging_product: 'whatsapp',
      metadata: { display_phone_number: number?.displayPhoneNumber.replace(/\D/g, '') ?? '', phone_number_id: number?.phoneNumberId ?? noted.note.numberId },
      contacts: [{ profile: { name }, wa_id: phone }],
      user_preferences: [{ wa_id: phone, detail: 'User requested to stop marketing messages', category: 'marketing_messages', value: 'stop', timestamp: Math.floor(at / 1_000) }],
    };
    return [{ field: 'user_preferences', value }];
  });
}

function statusUpdate(template: SeenTemplate, event: TemplateStatusUpdate['event']): Update {
  return { field: 'message_template_status_update', value: { event, ...namedOf(template), reason: 'NONE', message_template_category: template.category.toUpperCase() } };
}

function categoryUpdate(template: SeenTemplate, previous: string): Update {
  const value: TemplateCategoryUpdate = { ...namedOf(template), previous_category: previous.toUpperCase(), new_category: template.category.toUpperCase() };
  return { field: 'template_category_update', value };
}

function namedOf(template: SeenTemplate) {
  return { message_template_id: Number(templateIdOf(template)), message_template_name: template.name, message_template_language: template.language };
}

function eventOfStatus(status: Template['status']): TemplateStatusUpdate['event'] {
  switch (status) {
    case 'approved':
      return 'APPROVED';
    case 'rejected':
      return 'REJECTED';
    case 'pending':
      return 'PENDING';
    case 'paused':
      return 'PAUSED';
    case 'disabled':
      return 'DISABLED';
    default:
      return status satisfies never;
  }
}

function keyOf({ name, language }: Pick<SeenTemplate, 'name' | 'language'>): string {
  return `${language} ${name}`;
}
