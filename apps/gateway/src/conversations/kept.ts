/** Where a kept message stands. in: received; out: queued (here) → sent → delivered → read, or failed. */
export const keptStatuses = ['received', 'queued', 'sent', 'delivered', 'read', 'failed'] as const;
export type KeptStatus = (typeof keptStatuses)[number];

/** A message with its content, for the business's own inbox. Only there while the setting asks for it. */
export interface KeptMessage {
  readonly wireId: string;
  /** Its id on the platform: with the conversation's, the id of its charge. */
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly conversationId: string;
  readonly contactId: string;
  readonly phoneNumberId: string;
  /** Digits of the contact's number. */
  readonly phone: string;
  /** Epoch ms UTC: of what came in by the platform's clock, of what went out by the gateway's. */
  readonly at: number;
  /** What people read; null where it could not be opened. */
  readonly text: string | null;
  /** The template it was made from; null for what was typed. */
  readonly template: { readonly name: string; readonly language: string; readonly category: string } | null;
  /** Wire id of the message it answers. */
  readonly replyTo: string | null;
  readonly status: KeptStatus;
  /** Why it failed or cannot be shown, as a sentence. */
  readonly problem: string | null;
}

/** What became of a kept message. */
export interface KeptMove {
  readonly wireId: string;
  readonly status: KeptStatus;
  readonly problem: string | null;
}

/** What the journal holds of it. */
export type ConversationFact =
  | { readonly type: 'MessageKept'; readonly message: KeptMessage }
  | { readonly type: 'KeptMessageMoved'; readonly move: KeptMove }
  | { readonly type: 'ConversationsForgotten' };

/** From which statuses a message may come into a status: webhooks may come late, and a message that was read was delivered. */
const before: Readonly<Record<KeptStatus, readonly KeptStatus[]>> = {
  received: [],
  queued: [],
  sent: ['queued'],
  delivered: ['queued', 'sent'],
  read: ['queued', 'sent', 'delivered'],
  failed: ['queued', 'sent'],
};

/** The message in its later status; itself where it is there already or further. */
export function moved(message: KeptMessage, { status, problem }: KeptMove): KeptMessage {
  return before[status].includes(message.status) ? { ...message, status, problem } : message;
}
