import type { AnyEvent, TopicName } from '@parley/contracts';
import { formatDecimal, micros } from '@parley/money';
import type { Ink } from '../terminal/ink.js';

/** A record and what could be read of it. */
export interface Decoded {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  /** Size of its frame. */
  readonly bytes: number;
  /** Null where it cannot be decoded; then `error` says why. */
  readonly event: AnyEvent | null;
  readonly error: string | null;
}

/** One line for a person: where it lies, when it happened, what, of which key, by whom, and its fields. */
export function recordLine({ partition, offset, key, bytes, event, error }: Decoded, ink: Ink): string {
  const place = ink.faint(`${partition}/${offset}`.padEnd(8));
  if (event === null) return `${place} ${ink.bad(`cannot be read (${bytes} bytes): ${error ?? 'unknown'}`)}`;
  const { type, meta, ...fields } = event;
  const cause = meta.cause === null ? '' : ` ← ${meta.cause.topic.replace(/^parley\.|\.v1$/g, '')}/${meta.cause.partition}/${meta.cause.offset}`;
  const origin = ink.faint(`[${meta.link || 'integrator'} ${meta.number}${cause}]`);
  return `${place} ${new Date(meta.at).toISOString()} ${ink.strong(type)} ${key} ${shortFields(fields)} ${origin}`;
}

/** The fields as name=value: amounts in the currency's unit, those of a message by its id, lists and objects as JSON. */
function shortFields(fields: object): string {
  const parts = Object.entries(fields).flatMap(([name, value]: [string, unknown]): string[] => {
    if (value === null || value === '') return [];
    if (name === 'message') return messageFields(value as Record<string, unknown>);
    if (typeof value === 'bigint') return [`${name}=${formatDecimal(micros(value))}`];
    return [`${name}=${name.endsWith('At') && typeof value === 'number' ? new Date(value).toISOString() : short(value)}`];
  });
  return parts.join(' ');
}

function messageFields({ messageId, lane, kind, category, template, contactId }: Record<string, unknown>): string[] {
  const name = (template as { readonly name?: string } | null)?.name;
  return [`message=${String(messageId)}`, `to=${String(contactId)}`, `${String(lane)}/${String(kind)}/${String(category)}${name === undefined ? '' : `/${name}`}`];
}

const mostShown = 120;

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(readable(value)).replace(/^"|"$/g, '');
  return text.length > mostShown ? `${text.slice(0, mostShown)}…` : text;
}

/** The whole record for programs: amounts in micros as text, bytes by their number. */
export function recordJson(decoded: Decoded): string {
  return JSON.stringify(readable(decoded));
}

function readable(value: unknown): unknown {
  if (value instanceof Uint8Array) return `(${value.length} bytes)`;
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(readable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, readable(inner)]));
}
