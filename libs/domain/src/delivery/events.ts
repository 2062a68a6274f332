import type { DecisionSkipped, MessageAdmitted, MessageDelivered, MessageFailed, MessageRead, MessageSent, ReceiptReported, TimerDue } from '@parley/contracts';
import type { WindowFact } from '../window/events.js';

/** What delivery has to decide: may this message go out now, what does this receipt change, and is the content of this message gone. */
export type DeliveryCommand = MessageAdmitted | ReceiptReported | TimerDue;

/** All that delivery reads: windows and consent for the second look, its commands, and its own word on them. */
export type DeliveryEvent = WindowFact | DeliveryCommand | MessageSent | MessageDelivered | MessageRead | MessageFailed | DecisionSkipped;
