import type { WebhookError } from '../wire/fault.js';
import type { AnySaying, InboundSaying } from './inbound.js';

/** `entry[].changes[].value`: one message or one status of field `messages`, or one notice of our own field, to or from one number. */
export interface WebhookValue {
  readonly messaging_product: 'whatsapp';
  readonly metadata: { readonly display_phone_number: string; readonly phone_number_id: string };
  readonly contacts?: readonly { readonly profile: { readonly name: string }; readonly wa_id: string }[];
  readonly messages?: readonly InboundMessage[];
  readonly statuses?: readonly Status[];
  readonly window_expiring?: ExpiringWindow;
}

/** The contact waits for an answer, and the window in which one is free closes soon. Times are seconds since 1970, as text. */
export interface ExpiringWindow {
  readonly wa_id: string;
  /** The contact's last message: what an answer may quote. */
  readonly message_id: string;
  readonly timestamp: string;
  readonly closes_at: string;
}

/** A contact's message: the field that its type names is there. Of one that cannot be shown, `errors` say why. */
export interface InboundMessage extends AnySaying {
  readonly from: string;
  readonly id: string;
  /** Seconds since 1970, as text. */
  readonly timestamp: string;
  readonly type: InboundSaying['type'] | 'unsupported';
  readonly context?: { readonly from: string; readonly id: string };
  readonly referral?: { readonly source_type: 'ad'; readonly source_id: string; readonly ctwa_clid?: string };
  readonly errors?: readonly WebhookError[];
}

export interface Status {
  readonly id: string;
  readonly status: 'sent' | 'delivered' | 'read' | 'failed';
  readonly timestamp: string;
  readonly recipient_id: string;
  readonly biz_opaque_callback_data?: string;
  readonly pricing?: Pricing;
  readonly errors?: readonly WebhookError[];
}

export const pricingTypes = ['regular', 'free_customer_service', 'free_entry_point'] as const;

export interface Pricing {
  /** That it counts for the bill; whether it costs something, `type` says. */
  readonly billable: boolean;
  /** Per message. */
  readonly pricing_model: 'PMP';
  readonly type?: (typeof pricingTypes)[number];
  readonly category: string;
}
