import type { OpenWindow, OpenWindows } from '../api/contract.js';

/** How soon a window closes: the closer, the louder it is shown. */
export type Urgency = 'now' | 'soon' | 'later';

const hourMs = 3_600_000;

export interface Countdown extends OpenWindow {
  readonly leftMs: number;
  readonly urgency: Urgency;
  /** Of its last 24 hours, how much is left: 0 to 100, for drawing. */
  readonly leftPercent: number;
}

/** How far the platform's clock is ahead of this machine's, in milliseconds: time left is told by the platform's. */
export function clockLead({ now }: Pick<OpenWindows, 'now'>, receivedAtMs: number): number {
  return Date.parse(now) - receivedAtMs;
}

function urgencyOf(leftMs: number): Urgency {
  if (leftMs <= hourMs) return 'now';
  return leftMs <= 3 * hourMs ? 'soon' : 'later';
}

/** The windows that are still open at an instant of the platform's clock, the next to close first. */
export function countdowns(open: readonly OpenWindow[], nowMs: number): readonly Countdown[] {
  return open
    .map((window) => {
      const leftMs = Date.parse(window.closesAt) - nowMs;
      return { ...window, leftMs, urgency: urgencyOf(leftMs), leftPercent: Math.min(100, Math.max(0, Math.round((leftMs / (24 * hourMs)) * 100))) };
    })
    .filter(({ leftMs }) => leftMs > 0)
    .sort((one, other) => one.leftMs - other.leftMs || one.conversationId.localeCompare(other.conversationId, 'en'));
}
