import { TOPICS } from '@parley/contracts';

/** How long sealed content is kept: what is older than this can no longer be delivered. Null on the topic would mean for ever. */
export const envelopeRetentionMs: number = TOPICS['parley.envelopes.v1'].retentionMs ?? Number.POSITIVE_INFINITY;
