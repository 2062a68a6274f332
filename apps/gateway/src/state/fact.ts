import type { Category, Lane } from '@parley/contracts';
import type { Field, UpdateField, UpdateValue } from '../webhook/field.js';
import type { ConversationFact } from '../conversations/kept.js';
import type { WebhookValue } from '../webhook/value.js';
import type { Medium } from './medium.js';

/** Who the business is on the wire and on the platform, with its credentials there. */
export interface Account {
  /** WhatsApp business account id on the wire. */
  readonly wabaId: string;
  readonly businessId: string;
  readonly name: string;
  /** Key of the webhooks' signatures: any text, also known to the business's software. */
  readonly appSecret: string;
  /** Platform API keys (`pk_…`): one per lane of sending; the app lane is optional. */
  readonly apiKey: string;
  readonly appKey: string | null;
}

/** A sender identity: its id on the wire, and on the platform. */
export interface PhoneNumber {
  readonly phoneNumberId: string;
  readonly numberId: string;
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
}

/** A record of the gateway's end: its keys, its sessions, what it has verified of others. */
export interface RecordChange {
  readonly key: string;
  /** Null: it is removed. */
  readonly value: string | null;
}

/** Where webhooks go, once the handshake has succeeded. */
export interface Callback {
  readonly url: string;
  readonly verifyToken: string;
  /** The fields that it wants to hear of; left out: all. */
  readonly fields?: readonly Field[];
}

/** How the callback has fared since it was set, or last answered. */
export interface CallbackCondition {
  /** The first failure after which nothing was acknowledged, epoch ms UTC; null while it answers. */
  readonly failingSince: number | null;
  /** Nothing is sent to it any more, until it is set again. */
  readonly disabled: { readonly at: number; readonly reason: string } | null;
}

/** Webhooks to be sent again. They are found in the archive; here is how far it has come. */
export interface Replay {
  readonly id: string;
  /** Epoch ms UTC. */
  readonly askedAt: number;
  readonly wanted: ReplayWanted;
  /** How many were found when it was asked for. */
  readonly total: number;
  readonly sent: number;
  /** Id of the last one that was acknowledged; null before. */
  readonly after: string | null;
  /** Null while it goes on. */
  readonly ended: { readonly at: number; readonly how: 'done' | 'given_up' | 'cancelled' } | null;
}

/** Those first sent from one instant (included) to another (not), or those of these ids. */
export type ReplayWanted = { readonly since: number; readonly until: number } | { readonly ids: readonly string[] };

/** A request to the platform that is repeated, byte for byte and under one idempotency key, until it is answered. */
export interface Call {
  /** Also its Idempotency-Key. */
  readonly id: string;
  /** Calls of one line go one after the other: a conversation's id. */
  readonly line: string;
  readonly path: string;
  readonly body: string;
  readonly lane: Lane;
  /** Epoch ms UTC. */
  readonly queuedAt: number;
  /** Wire id of the message it sends, which then fails if this is refused; null for other calls. */
  readonly wireId: string | null;
  /** The message as it was before it was sealed, to seal it anew where the contact's devices turn out to be others. Left out for other calls. */
  readonly letter?: Letter;
  /** The command of the business's topic that it follows from: what it comes to is told there. Left out for other calls. */
  readonly command?: { readonly requestId: string; readonly phoneNumberId: string; /** The recipient as the business wrote it. */ readonly input: string };
}

export interface Letter {
  /** The contact's account. */
  readonly to: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly category: Category;
  /** Canonical JSON. */
  readonly content: string;
}

/** What has to be known of a message after it has gone through: for receipts, statuses and quotes. Never its content. */
export interface Note {
  readonly wireId: string;
  /** Its id on the platform. */
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly conversationId: string;
  readonly numberId: string;
  /** Digits of the contact's number. */
  readonly phone: string;
  /** Epoch ms UTC. */
  readonly at: number;
  readonly callbackData: string | null;
  /** A message that came in, and that the business has marked as read. */
  readonly isRead: boolean;
}

/** A contact as the webhooks name it. */
export interface Contact {
  readonly contactId: string;
  /** Digits of its number, checked against the platform's directory. */
  readonly phone: string;
  readonly name: string;
}

/** A template as webhooks last told of it. */
export interface SeenTemplate {
  readonly name: string;
  readonly language: string;
  readonly version: number;
  readonly category: string;
  readonly status: string;
}

/** One webhook that the business has not acknowledged. */
export interface PendingEvent {
  readonly id: string;
  /** Epoch ms UTC, for the horizon. */
  readonly at: number;
  readonly value: WebhookValue | UpdateValue;
  /** Of an update; left out of what is from or to a number. */
  readonly field?: UpdateField;
}

/** One record that the business's broker has not acknowledged. */
export interface PendingOutcome {
  /** The same however often it is sent. */
  readonly id: string;
  readonly type: 'accepted' | 'rejected' | 'status' | 'message' | 'window_expiring';
  /** The record's key: the contact's number, or the request id of a command that was sent to nobody. */
  readonly key: string;
  /** What it is about: a request id, or a wamid. */
  readonly subject: string;
  /** Epoch ms UTC. */
  readonly at: number;
  /** JSON, as it is sent. */
  readonly body: string;
}

/** A command that has been dealt with: another record under its id is the same command, or a mistake. */
export interface NotedRequest {
  readonly id: string;
  /** Of the whole command, hex. */
  readonly hash: string;
  /** Epoch ms UTC. */
  readonly at: number;
}

/** What the journal holds, closed. Each sets or removes one thing whole; an append takes several together or none. */
export type Fact =
  | { readonly type: 'AccountSet'; readonly account: Account }
  | { readonly type: 'NumberSet'; readonly number: PhoneNumber }
  /** `hash`: keyed hash of the token, hex. The token itself is nowhere. */
  | { readonly type: 'TokenSet'; readonly hash: string; readonly lane: Lane }
  | { readonly type: 'TokenKeySet'; readonly key: string }
  | { readonly type: 'RecordsChanged'; readonly changes: readonly RecordChange[] }
  | { readonly type: 'CallbackSet'; readonly callback: Callback | null }
  | { readonly type: 'CallbackFailing'; readonly since: number | null }
  | { readonly type: 'CallbackDisabled'; readonly at: number; readonly reason: string }
  /** A new one, or one as it now is. */
  | { readonly type: 'ReplaySet'; readonly replay: Replay }
  /** All that the platform lists, as it was when webhooks last told of it. */
  | { readonly type: 'TemplatesSeen'; readonly templates: readonly SeenTemplate[] }
  /** The business has deleted it: versions up to this one are not listed and not sent. */
  | { readonly type: 'TemplateDeleted'; readonly name: string; readonly language: string; readonly version: number }
  | { readonly type: 'CallQueued'; readonly call: Call }
  | { readonly type: 'CallSettled'; readonly id: string }
  | { readonly type: 'EventQueued'; readonly event: PendingEvent }
  | { readonly type: 'EventsSettled'; readonly ids: readonly string[] }
  | { readonly type: 'OutcomeQueued'; readonly outcome: PendingOutcome }
  | { readonly type: 'OutcomesSettled'; readonly ids: readonly string[] }
  | { readonly type: 'RequestNoted'; readonly request: NotedRequest }
  /** `next`: offset of the first record of the partition that was not taken. */
  | { readonly type: 'PositionMoved'; readonly topic: string; readonly partition: number; readonly next: number }
  | { readonly type: 'MessageNoted'; readonly note: Note }
  | { readonly type: 'ContactNoted'; readonly contact: Contact }
  | { readonly type: 'MediumKept'; readonly medium: Medium }
  | { readonly type: 'MediumGone'; readonly id: string }
  | { readonly type: 'CursorMoved'; readonly cursor: string }
  /** Of the business's inbox: contents are nowhere else for longer than a webhook waits, and only while the setting asks for them. */
  | ConversationFact;
