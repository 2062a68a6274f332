// The answers that the inbox reads: the gateway's, for who holds its token, and the platform's about window and price.
export interface Said {
  readonly id: string;
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly at: string;
  readonly text: string | null;
  readonly template: { readonly name: string; readonly language: string; readonly category: string } | null;
  readonly replyTo: string | null;
  readonly status: 'received' | 'queued' | 'sent' | 'delivered' | 'read' | 'failed';
  readonly problem: string | null;
  readonly isRead: boolean | null;
}

export interface ConversationEntry {
  readonly contactId: string;
  readonly conversationId: string;
  readonly phone: string;
  readonly name: string;
  readonly phoneNumberId: string;
  readonly unread: number;
  readonly last: Said;
}

/** `GET /gateway/v1/conversations` */
export interface ConversationList {
  readonly version: string;
  readonly business: { readonly id: string; readonly wabaId: string; readonly name: string };
  readonly numbers: readonly { readonly phoneNumberId: string; readonly phone: string; readonly name: string }[];
  readonly data: readonly ConversationEntry[];
  readonly more: boolean;
}

/** `GET /gateway/v1/conversations/{contactId}/messages` */
export interface SaidList {
  readonly version: string;
  readonly data: readonly Said[];
  readonly more: boolean;
}

/** `GET /gateway/{version}/{wabaId}/message_templates` */
export interface TemplateList {
  readonly data: readonly TemplateEntry[];
}

export interface TemplateEntry {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly category: string;
  readonly status: string;
  readonly components: readonly { readonly type: string; readonly text: string }[];
}

/** `GET /windows/v1/conversations/{conversationId}` */
export interface ConversationWindow {
  readonly open: boolean;
  readonly closesAt: string | null;
  readonly lastInboundAt: string | null;
  readonly entryPointAt: string | null;
  readonly market: string | null;
}

/** `GET /billing/v1/quote` */
export interface QuoteAnswer {
  readonly now: string;
  readonly verdict: 'priced' | 'refused' | 'unpriced';
  readonly reason: string | null;
  readonly detail: string | null;
  readonly amountMicros: string | null;
  readonly currency: string | null;
  readonly rule: string | null;
  readonly freeUntil: string | null;
  readonly illustrative: boolean | null;
}
