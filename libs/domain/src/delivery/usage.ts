import type { Billable, BillableStatus, Instant, Output } from '@parley/contracts';
import type { DeliveryEvent } from './events.js';

/** The usage that follows from a decision: one record per message, at the first of delivered or read. A function of the decision alone. */
export function derive(decision: DeliveryEvent): readonly Output[] {
  switch (decision.type) {
    case 'MessageDelivered':
      return decision.first ? [usage(decision, 'delivered', decision.meta.at)] : [];
    case 'MessageRead':
      return decision.billable === null ? [] : [usage(decision.billable, 'read', decision.meta.at)];
    case 'MessageReceived':
    case 'ConsentGranted':
    case 'ConsentRevoked':
    case 'MessageAdmitted':
    case 'ReceiptReported':
    case 'TimerDue':
    case 'MessageSent':
    case 'MessageFailed':
    case 'DecisionSkipped':
      return [];
    default:
      return decision satisfies never;
  }
}

function usage({ message, market, sentAt, lastInboundAt, entryPointAt, reservation }: Billable, firstStatus: BillableStatus, deliveredAt: Instant): Output {
  return {
    topic: 'parley.usage.v1',
    key: message.ownerId,
    event: { type: 'UsageRecorded', message, market, sentAt, deliveredAt, firstStatus, lastInboundAt, entryPointAt, reservation },
  };
}
