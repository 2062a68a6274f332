import { systemRandom, type Random } from '@parley/crypto';
import type { BusinessBroker } from './commands/broker.js';
import type { FolderSecret } from './folder/folder.js';
import type { Callback } from './state/fact.js';
import type { Backoff } from './webhook/retry.js';

/** What a gateway needs to be told. All durations in ms. */
export interface GatewayOptions {
  readonly folder: string;
  readonly secret: FolderSecret;
  /** Where the platform's path prefixes begin, such as http://localhost:4000. */
  readonly platformUrl: string;
  /** Where webhooks go; null or left out: where they went before, or nowhere until the business's software says. */
  readonly callback?: Callback | null;
  /** The business's own broker; null or left out: there is none. */
  readonly broker?: BusinessBroker | null;
  /** How long a webhook is kept and tried. */
  readonly webhookHorizonMs?: number;
  /** How long the business's software waits for the platform before it is told that its message will be sent. */
  readonly answerWithinMs?: number;
  /** Limit of one request to the platform or to the callback. */
  readonly timeoutMs?: number;
  /** How long the platform may hold back an empty inbox. */
  readonly inboxWaitSeconds?: number;
  /** Takes the business over from devices whose list does not hold this gateway: they end, and contacts see another safety number. */
  readonly takeOver?: boolean;
  /** Keeps what was said, in its folder, for the business's own inbox (`GET /gateway/v1/conversations`). Else contents are nowhere. */
  readonly keepsConversations?: boolean;
  readonly backoff?: Backoff;
  /** False: nothing runs until `Gateway.start` is called, for a process that has to listen first. */
  readonly startsWithApp?: boolean;
  readonly random?: Random;
  readonly now?: () => number;
  /** From 0 to 1, for jitter. */
  readonly chance?: () => number;
}

export type SettledOptions = Required<GatewayOptions>;

export function settle(options: GatewayOptions): SettledOptions {
  return { ...defaults, ...options };
}

export const defaults = {
  callback: null,
  broker: null,
  webhookHorizonMs: 7 * 24 * 3_600_000,
  answerWithinMs: 3_000,
  timeoutMs: 10_000,
  inboxWaitSeconds: 25,
  takeOver: false,
  keepsConversations: false,
  backoff: { firstMs: 1_000, longestMs: 5 * 60_000 },
  startsWithApp: true,
  random: systemRandom,
  now: Date.now,
  chance: Math.random,
} as const satisfies Partial<GatewayOptions>;
