import type { Callback, PendingEvent } from '../state/fact.js';
import { fieldOf } from './field.js';

export interface BatchLimits {
  readonly events: number;
  readonly characters: number;
}

/** The next events to send together, oldest first; or when the next one set aside is due, epoch ms (null: nothing waits). */
export type NextBatch = { readonly kind: 'batch'; readonly batch: readonly PendingEvent[] } | { readonly kind: 'wait'; readonly until: number | null };

export function nextBatch(events: Iterable<PendingEvent>, dueAt: (id: string) => number | null, limits: BatchLimits, now: number): NextBatch {
  const batch: PendingEvent[] = [];
  let characters = 0;
  let until: number | null = null;
  for (const event of events) {
    const due = dueAt(event.id);
    if (due !== null) {
      if (due > now) until = Math.min(until ?? due, due);
      else if (batch.length === 0) return { kind: 'batch', batch: [event] }; // It failed before: only alone can it show whose fault that was.
      continue;
    }
    characters += JSON.stringify(event.value).length;
    if (batch.length >= limits.events || (batch.length > 0 && characters > limits.characters)) break;
    batch.push(event);
  }
  return batch.length > 0 ? { kind: 'batch', batch } : { kind: 'wait', until };
}

/** The request body. Its bytes are what is signed: it is made once and sent as it is. */
export function bodyOf(wabaId: string, events: readonly Pick<PendingEvent, 'field' | 'value'>[]): string {
  const changes = events.map((event) => ({ value: event.value, field: fieldOf(event) }));
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: wabaId, changes }] });
}

/** How many events to send together after an attempt with `sent` of them: halved until the one at fault is alone, doubled while all goes well. */
export function nextSize(sent: number, acknowledged: boolean, most: number): number {
  return acknowledged ? Math.min(most, sent * 2) : Math.max(1, Math.floor(sent / 2));
}

/** Whether a callback has subscribed to what an event is about. */
export function wants({ fields }: Pick<Callback, 'fields'>, event: PendingEvent): boolean {
  return fields === undefined || fields.includes(fieldOf(event));
}
