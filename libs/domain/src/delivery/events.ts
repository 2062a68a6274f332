import type { DecisionSkipped, MessageAdmitted, MessageDelivered, MessageFailed, MessageRead, MessageSent, ReceiptReported } from '@parley/contracts';
import type { WindowFact } from '../window/events.js';

/** What delivery has to decide: may this message go out now, and what does this receipt change. */
export type DeliveryCommand = MessageAdmitted | ReceiptReported;

/** All that delivery reads: windows and consent for the second look, its commands, and its own word on them. */
export type DeliveryEvent = WindowFact | DeliveryCommand | MessageSent | MessageDelivered | MessageRead | MessageFailed | DecisionSkipped;
