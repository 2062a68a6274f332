import { placeOf, type ArchivedWebhook } from '../archive/archive.js';
import type { Replay, ReplayWanted } from '../state/fact.js';
import { maxIds } from '../webhook/replayer.js';
import type { Status, WebhookValue } from '../webhook/value.js';
import { faultAt, WireFault } from './fault.js';
import { fieldsOf, wholeBody } from './fields.js';

/** Query of the list of webhooks that were sent. */
export interface WebhookQuery {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: string;
  readonly cursor?: string;
}

export interface WebhookPage {
  readonly since: number;
  readonly until: number;
  readonly limit: number;
  readonly cursor: string | null;
}

const usualLimit = 100;
const maxLimit = 1_000;

/** Throws WireFault. */
export function parseWebhookQuery({ since, until, limit = String(usualLimit), cursor = '' }: WebhookQuery): WebhookPage {
  if (!/^\d{1,4}$/.test(limit) || Number(limit) < 1 || Number(limit) > maxLimit) throw faultAt('invalid-parameter', 'limit', `must be a number from 1 to ${maxLimit}.`);
  if (cursor !== '' && placeOf(cursor) === null) throw faultAt('invalid-parameter', 'cursor', 'must be the cursor of an earlier answer.');
  const span = { since: instantAt(since, 'since') ?? 0, until: instantAt(until, 'until') ?? Number.MAX_SAFE_INTEGER };
  if (span.since >= span.until) throw faultAt('invalid-parameter', 'until', 'must be later than since.');
  return { ...span, limit: Number(limit), cursor: cursor === '' ? null : cursor };
}

/** Reads the body of a replay: `{since, until?}`, or `{ids}`. `now` is where an open span ends: what comes later is no part of it. Throws WireFault. */
export function parseReplay(body: unknown, now: number): ReplayWanted {
  const { since, until, ids } = fieldsOf(body, wholeBody);
  if (ids !== undefined) {
    if (since !== undefined || until !== undefined) throw new WireFault('invalid-parameter', 'Give ids, or since and until: not both.', 'ids');
    if (!Array.isArray(ids) || ids.length < 1 || ids.length > maxIds) throw faultAt('invalid-parameter', 'ids', `must be a list of 1 to ${maxIds} ids of webhooks, as GET /gateway/v1/webhooks lists them.`);
    const wrong = ids.findIndex((id) => typeof id !== 'string' || placeOf(id) === null);
    if (wrong >= 0) throw faultAt('invalid-parameter', `ids[${wrong}]`, 'must be the id of a webhook, as GET /gateway/v1/webhooks lists it: "wh_…". It is not the id of a message.');
    return { ids: [...new Set(ids as string[])] };
  }
  const from = instantAt(since, 'since');
  if (from === null) throw faultAt('missing-parameter', 'since', 'is missing: from when on webhooks are sent again, such as "2026-11-23T10:00:00Z". Or give ids.');
  const to = Math.min(instantAt(until, 'until') ?? now, now);
  if (from >= to) throw faultAt('invalid-parameter', 'since', 'must be earlier than until, and than now.');
  return { since: from, until: to };
}

/** ISO 8601 with its zone, or seconds since 1970 as the wire has them; epoch ms. Null where it is left out. */
function instantAt(value: unknown, field: string): number | null {
  if (value === undefined || value === null || value === '') return null;
  const text = String(value);
  const at = /^\d{1,11}$/.test(text) ? Number(text) * 1_000 : /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isFinite(at)) throw faultAt('invalid-parameter', field, 'must be an instant such as "2026-11-23T10:00:00Z", or seconds since 1970.');
  return at;
}

/** A webhook that was sent, as the list shows it: what is in it, and not its words. */
export function archivedOnWire({ id, at, outcome, body }: ArchivedWebhook) {
  const { entry } = JSON.parse(body) as { readonly entry: readonly { readonly changes: readonly { readonly field: string; readonly value: Partial<WebhookValue> }[] }[] };
  const changes = entry.flatMap((one) => one.changes);
  return {
    id,
    at: new Date(at).toISOString(),
    outcome,
    bytes: Buffer.byteLength(body),
    events: changes.map(({ field, value }) => ({ field, ...aboutOf(value) })),
  };
}

function aboutOf({ messages, statuses }: Partial<WebhookValue>): { readonly message?: string; readonly status?: Status['status'] } {
  const [message] = messages ?? [];
  const [status] = statuses ?? [];
  if (message !== undefined) return { message: message.id };
  return status === undefined ? {} : { message: status.id, status: status.status };
}

interface Trouble {
  readonly id: string;
  readonly failures: number;
  readonly problem: string;
}

export function replayOnWire({ id, askedAt, wanted, total, sent, ended }: Replay, trouble: Trouble | null) {
  return {
    id,
    status: ended?.how ?? 'under_way',
    ...('ids' in wanted ? { ids: wanted.ids } : { since: new Date(wanted.since).toISOString(), until: new Date(wanted.until).toISOString() }),
    total,
    sent,
    asked_at: new Date(askedAt).toISOString(),
    ...(ended === null ? {} : { ended_at: new Date(ended.at).toISOString() }),
    ...(trouble?.id === id ? { failures: trouble.failures, problem: trouble.problem } : {}),
  };
}
