import type { PendingEvent } from '../state/fact.js';
import type { WebhookValue } from './value.js';

/** What webhooks can be about: `changes[].field`. The last is a field of our own. */
export const fields = ['messages', 'message_template_status_update', 'template_category_update', 'user_preferences', 'window_expiring'] as const;
export type Field = (typeof fields)[number];

/** Fields whose values are no message, status or notice. */
export type UpdateField = Exclude<Field, 'messages' | 'window_expiring'>;

/**
 * The values of those fields, as developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference has them. What the platform
 * does not say is left out: why a template was rejected, how long it is paused.
 */
export type UpdateValue = TemplateStatusUpdate | TemplateCategoryUpdate | UserPreferences;

export interface TemplateStatusUpdate extends TemplateNamed {
  readonly event: 'APPROVED' | 'REJECTED' | 'PENDING' | 'PAUSED' | 'DISABLED' | 'DELETED';
  readonly reason: 'NONE';
  readonly message_template_category: string;
}

export interface TemplateCategoryUpdate extends TemplateNamed {
  readonly previous_category: string;
  readonly new_category: string;
}

interface TemplateNamed {
  /** A number, unlike the same id in lists. */
  readonly message_template_id: number;
  readonly message_template_name: string;
  readonly message_template_language: string;
}

export interface UserPreferences extends Pick<WebhookValue, 'messaging_product' | 'metadata' | 'contacts'> {
  readonly user_preferences: readonly {
    readonly wa_id: string;
    readonly detail: 'User requested to stop marketing messages';
    readonly category: 'marketing_messages';
    readonly value: 'stop';
    readonly timestamp: number;
  }[];
}

/** The field that an event belongs to. */
export function fieldOf({ field, value }: Pick<PendingEvent, 'field' | 'value'>): Field {
  return field ?? ((value as WebhookValue).window_expiring === undefined ? 'messages' : 'window_expiring');
}

/** The value of a message, a status or a notice; null for an update. */
export function numberValueOf({ field, value }: Pick<PendingEvent, 'field' | 'value'>): WebhookValue | null {
  return field === undefined ? (value as WebhookValue) : null;
}
