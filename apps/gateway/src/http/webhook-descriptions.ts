// What the routes about webhooks that were sent are for.
import { answered } from '@parley/service';
import type { JsonSchema, RouteDescription } from '@parley/service';
import { fields } from '../webhook/field.js';
import { list, record, refused, string } from './schema.js';

const instant = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const webhookId = { type: 'string', pattern: '^wh_\\d+_\\d+$' };
const webhook = record({
  id: webhookId,
  at: instant,
  outcome: { type: 'string', enum: ['delivered', 'given_up'] },
  bytes: count,
  events: list(record({ field: { type: 'string', enum: fields }, message: string, status: string }, ['field'])),
});
const replay = record(
  {
    id: string,
    status: { type: 'string', enum: ['under_way', 'done', 'given_up', 'cancelled'] },
    ids: list(webhookId),
    since: instant,
    until: instant,
    total: { ...count, description: 'How many were found when it was asked for.' },
    sent: { ...count, description: 'How many were acknowledged again. Those that were deleted meanwhile are missing.' },
    asked_at: instant,
    ended_at: instant,
    failures: { ...count, description: 'Of the webhook that it is at.' },
    problem: string,
  },
  ['id', 'status', 'total', 'sent', 'asked_at'],
);
const span = { since: { type: 'string', description: 'An instant, or seconds since 1970; included.' }, until: { type: 'string', description: 'The same; not included. Left out: now.' } };

function own(summary: string, about: string, schema: JsonSchema, more: Partial<RouteDescription> = {}): RouteDescription {
  return { summary, path: { id: { schema: string } }, answer: answered(about, { schema }), errors: { type: 'application/json', body: refused }, ...more };
}

export const listWebhooks = own('Webhooks that were sent, oldest first: what is in them, without its words.', 'A page; cursor is null on the last.', record({ data: list(webhook), cursor: { type: ['string', 'null'] } }), { query: { schema: record({ ...span, limit: string, cursor: string }, []) } });
export const askReplay = own('Send webhooks again, in their order: the same bodies, with the headers X-Parley-Replay and X-Parley-Webhook.', 'It is under way.', replay, { body: { schema: { oneOf: [record(span, ['since']), record({ ids: list(webhookId) })] } } });
export const listReplays = own('Replays, newest first: all that are under way, and the last hundred that have ended.', 'All of them.', record({ data: list(replay) }));
export const showReplay = own('How far a replay is.', 'The replay.', replay);
export const endReplay = own('End a replay where it is.', 'The replay.', replay);
