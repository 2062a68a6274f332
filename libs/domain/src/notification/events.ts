import type { DecisionSkipped, MessageRefused, MessageRequested, NotificationRequested, NotificationScheduled, TimerDue } from '@parley/contracts';

/** What notifications has to decide: a template or a message for later, and the time having come. */
export type NotificationCommand = NotificationRequested | TimerDue;

/** All that notifications reads. Requests and refusals of plain messages are on the same topic; they pass by. */
export type NotificationEvent = NotificationCommand | NotificationScheduled | MessageRequested | MessageRefused | DecisionSkipped;
