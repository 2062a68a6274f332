import type {
  ConsentGranted,
  ConsentRevoked,
  DecisionSkipped,
  MessageAdmitted,
  MessageFailed,
  MessageOverBudget,
  MessageReceived,
  MessageRefused,
  MessageRequested,
  TimerDue,
  WindowClosed,
  WindowExpiring,
} from '@parley/contracts';

/** What a conversation's windows and consent follow from. Delivery folds them too: it looks again at dispatch. */
export type WindowFact = MessageReceived | ConsentGranted | ConsentRevoked;

/** What windows has to decide: may this message be sent, and what does this timer mean. */
export type WindowCommand = MessageRequested | TimerDue;

/** All that windows reads: facts, commands, its own word on them, and what became of what it set aside. */
export type WindowEvent = WindowFact | WindowCommand | MessageFailed | MessageAdmitted | MessageRefused | MessageOverBudget | WindowExpiring | WindowClosed | DecisionSkipped;
