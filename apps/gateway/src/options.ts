import { systemRandom, type Random } from '@parley/crypto';
import type { ArchiveLimits } from './archive/archive.js';
import type { BusinessBroker } from './commands/broker.js';
import type { FolderSecret } from './folder/folder.js';
import type { PrivateAddresses } from './network/address.js';
import { usualRates, type LimitRates } from './limits/limits.js';
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
  /** How long a callback may fail, and do nothing else, before it is disabled. */
  readonly disableAfterMs?: number;
  /** How long webhooks that were sent are kept for a replay, and how much of them; null: none are. */
  readonly archive?: ArchiveLimits | null;
  /** Whether callbacks and links may lead into private networks. */
  readonly privateAddresses?: PrivateAddresses;
  /** How long the business's software waits for the platform before it is told that its message will be sent. */
  readonly answerWithinMs?: number;
  /** Limit of one request to the platform or to the callback. */
  readonly timeoutMs?: number;
  /** How long the platform may hold back an empty inbox. */
  readonly inboxWaitSeconds?: number;
  /** Takes the business over from devices whose list does not hold this gateway: they end, and contacts see another safety number. */
  readonly takeOver?: boolean;
  /** How often templates are looked at for what has happened to them. */
  readonly templateWatchMs?: number;
  /** How much the business's software may ask for. */
  readonly limits?: LimitRates;
  /** Keeps what was said, in its folder, for the business's own inbox (`GET /gateway/v1/conversations`). Else contents are nowhere. */
  readonly keepsConversations?: boolean;
  readonly backoff?: Backoff;
  /** Where the business's software reaches the gateway, such as https://gateway.example.com: URLs of media begin so. Null or left out: as it reached it when it asked. */
  readonly publicUrl?: string | null;
  /** How many bytes of media may lie in the folder. */
  readonly mediaBytes?: number;
  /** Whether links may lead to private networks, and be http. */
  readonly mediaFromPrivate?: boolean;
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
  disableAfterMs: 24 * 3_600_000,
  archive: { keptMs: 30 * 24 * 3_600_000, bytes: 256 * 1024 * 1024 },
  privateAddresses: 'refuse',
  answerWithinMs: 3_000,
  timeoutMs: 10_000,
  inboxWaitSeconds: 25,
  takeOver: false,
  templateWatchMs: 60_000,
  limits: usualRates,
  keepsConversations: false,
  backoff: { firstMs: 1_000, longestMs: 5 * 60_000 },
  publicUrl: null,
  mediaBytes: 20 * 1024 ** 3,
  mediaFromPrivate: false,
  startsWithApp: true,
  random: systemRandom,
  now: Date.now,
  chance: Math.random,
} as const satisfies Partial<GatewayOptions>;
