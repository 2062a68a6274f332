import type { Random } from '@parley/crypto';
import type { PendingEvent } from '../state/fact.js';
import type { Update } from './update.js';
import type { WebhookValue } from './value.js';

/** A webhook to be kept until it is acknowledged. `at` is now, epoch ms UTC. */
export function eventOf(value: WebhookValue, at: number, random: Random): PendingEvent {
  return { id: Buffer.from(random(12)).toString('base64url'), at, value };
}

/** As `eventOf`, of an update. */
export function updateEventOf({ field, value }: Update, at: number, random: Random): PendingEvent {
  return { id: Buffer.from(random(12)).toString('base64url'), at, value, field };
}
