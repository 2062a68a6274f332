import type { ConsentGranted, ConsentRevoked, MessageReceived } from '@parley/contracts';

/** What changes consent: the contact wrote, opted in, or said STOP. */
export type ConsentFact = MessageReceived | ConsentGranted | ConsentRevoked;
