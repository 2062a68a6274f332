import { conversationIdOf } from '@parley/contracts';
import type { BusinessId, ContactId, ConversationId, Instant, MessageId, NumberId, Output, ReportInbound } from '@parley/contracts';
import { fallbackMarket } from '@parley/rating';
import type { Catalog } from '../catalog/catalog.js';
import { routeFault } from '../devices/stale.js';
import { windowHints } from '../window/hints.js';
import { businessWith } from './message.js';
import { rejected, type Rejection } from './reject-codes.js';
import { envelopeFault, type Sealed } from './sealed.js';

/** A message of a contact that came to the business by a way we did not see, as an integrator reports it. */
export interface ReportedInbound {
  readonly messageId: MessageId;
  readonly numberId: NumberId;
  readonly contactId: ContactId;
  readonly receivedAt: Instant;
  readonly entryPoint: ReportInbound['entryPoint'];
}

export interface TakenInbound {
  readonly kind: 'taken';
  readonly conversationId: ConversationId;
  /** When it counts as received: the event time of the outputs. */
  readonly at: Instant;
  readonly outputs: readonly Output[];
}

/** How far back a report may reach. */
export const oldestReportMs = 7 * 24 * 3_600_000;

/**
 * What a report becomes: a message received, marked as reported. A time in the future would open the window for ever, so what is said of the
 * time counts only within the last 7 days. The market is nobody's word but the directory's, and is left open here.
 */
export function takeInbound(asked: ReportedInbound, sealed: Sealed, businessId: BusinessId, catalog: Catalog, now: Instant): TakenInbound | Rejection {
  const { messageId, numberId, contactId, entryPoint } = asked;
  const business = businessWith(catalog, businessId, numberId);
  if (business === null) return rejected('unknown-number', 'numberId', 'is not a number of this business; the operator registers numbers');
  const conversationId = conversationIdOf(businessId, contactId);
  const fault = envelopeFault(sealed, { businessId, conversationId, messageId, category: null, templateHash: null });
  if (fault !== null) return fault;
  const wrong = sealed.addressed && routeFault(sealed.addressed, { from: contactId, device: null, to: businessId });
  if (wrong !== null) return rejected('wrong-envelope', 'envelope', wrong);
  const at = Math.min(now, Math.max(asked.receivedAt, now - oldestReportMs));
  const parties = { businessId, contactId, conversationId, messageId };
  const outputs: readonly Output[] = [
    { topic: 'parley.envelopes.v1', key: conversationId, event: { type: 'EnvelopeStored', ...parties, to: 'business', bytes: sealed.bytes } },
    {
      topic: 'parley.conversations.v1',
      key: conversationId,
      event: {
        ...{ type: 'MessageReceived', ...parties, ownerId: business.ownerId, numberId, market: fallbackMarket, entryPoint },
        ...windowHints(catalog, business, at),
        ...{ provenance: 'reported', envelopeHash: sealed.hash, envelopeBytes: sealed.bytes.length },
      },
    },
  ];
  return { kind: 'taken', conversationId, at, outputs };
}
