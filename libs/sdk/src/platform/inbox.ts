import { fromBase64 } from '@parley/crypto';
import { answerOf, type Fields } from './answers.js';
import { PlatformError } from './error.js';

/** The advertisement through which a contact came. */
export type EntryPoint = { readonly sourceId: string; readonly clickId: string };

export type TemplateName = { readonly name: string; readonly language: string; readonly version: number; readonly hash: string };

/** A message for this end, still sealed. */
export type InboxMessage = {
  readonly kind: 'message';
  readonly conversationId: string;
  readonly messageId: string;
  readonly numberId: string;
  readonly contactId: string;
  /** Epoch ms UTC, by the platform's clock. */
  readonly at: number;
  /** Null where the platform has none (any more), or what it sent is not base64. */
  readonly envelope: Uint8Array | null;
  /** not_a_recipient: it was sealed for other devices than this one. Else null. */
  readonly reason: string | null;
  readonly category: string | null;
  readonly template: TemplateName | null;
  readonly entryPoint: EntryPoint | null;
};

/** What became of a message that this end sent. */
export type InboxStatus = {
  readonly kind: 'status';
  readonly conversationId: string;
  readonly messageId: string;
  readonly contactId: string | null;
  /** sent, delivered, read or failed; a later version may have more. */
  readonly status: string;
  readonly at: number;
  readonly category: string | null;
  readonly reason: string | null;
  readonly detail: string | null;
  /** The rest as the platform wrote it, such as `billable`. */
  readonly fields: Readonly<Record<string, unknown>>;
};

/** A contact waits for an answer, and the window in which it is free closes soon. For businesses. */
export type InboxNotice = {
  readonly kind: 'window_expiring';
  readonly conversationId: string;
  /** The contact's last message. */
  readonly messageId: string;
  readonly contactId: string;
  /** The business's number that was written to; empty where the platform does not say. */
  readonly numberId: string;
  readonly at: number;
  readonly closesAt: number;
};

export type InboxItem = InboxMessage | InboxStatus | InboxNotice;

export type InboxPage = {
  /** In the order of the platform's log. Items of an unknown kind are left out and counted. */
  readonly items: readonly InboxItem[];
  readonly skipped: number;
  /** Where to go on; to be stored together with what was done about the items. */
  readonly cursor: string;
};

/** Throws PlatformError of kind 'answer' where the page itself is not one. */
export function pageOf(body: unknown): InboxPage {
  return answerOf(body, (fields) => {
    const values = fields.list('items');
    const items = values.flatMap(itemOf);
    return { items, skipped: values.length - items.length, cursor: fields.text('cursor') };
  });
}

// One item that cannot be read must not stop the inbox for ever: it is left out, and counted.
function itemOf(value: unknown): readonly InboxItem[] {
  try {
    return answerOf(value, (fields) => {
      const kind = fields.text('kind');
      if (kind === 'message') return [messageOf(fields)];
      if (kind === 'window_expiring') return [noticeOf(fields)];
      return kind === 'status' ? [statusOf(fields, value as Record<string, unknown>)] : [];
    });
  } catch (error) {
    if (error instanceof PlatformError) return [];
    throw error;
  }
}

function messageOf(fields: Fields): InboxMessage {
  const envelope = fields.optionalText('envelope');
  const entryPoint = fields.optionalObject('entryPoint');
  const template = fields.optionalObject('template');
  return {
    kind: 'message',
    conversationId: fields.text('conversationId'),
    messageId: fields.text('messageId'),
    numberId: fields.text('numberId'),
    contactId: fields.text('contactId'),
    at: fields.instant('at'),
    envelope: envelope === null ? null : fromBase64(envelope),
    reason: fields.optionalText('reason'),
    category: fields.optionalText('category'),
    template: template && { name: template.text('name'), language: template.text('language'), version: template.whole('version'), hash: template.text('hash') },
    entryPoint: entryPoint && { sourceId: entryPoint.text('sourceId'), clickId: entryPoint.optionalText('clickId') ?? '' },
  };
}

function noticeOf(fields: Fields): InboxNotice {
  return {
    kind: 'window_expiring',
    conversationId: fields.text('conversationId'),
    messageId: fields.text('messageId'),
    contactId: fields.text('contactId'),
    numberId: fields.optionalText('numberId') ?? '',
    at: fields.instant('at'),
    closesAt: fields.instant('closesAt'),
  };
}

function statusOf(fields: Fields, whole: Readonly<Record<string, unknown>>): InboxStatus {
  return {
    kind: 'status',
    conversationId: fields.text('conversationId'),
    messageId: fields.text('messageId'),
    contactId: fields.optionalText('contactId'),
    status: fields.text('status'),
    at: fields.instant('at'),
    category: fields.optionalText('category'),
    reason: fields.optionalText('reason'),
    detail: fields.optionalText('detail'),
    fields: whole,
  };
}
