import type { InboxStatus, MessageState, StoredMessage } from '@parley/sdk';
import type { Ink } from '../terminal/ink.js';

/** A message in one line: when, who, what, and how far it came. */
export function messageLine(message: StoredMessage, business: string, ink: Ink): string {
  const { direction, at, text, template, problem } = message;
  const words = text ?? ink.bad(`(cannot be read: ${problem ?? 'unknown'})`);
  const kind = template === null ? '' : ink.faint(` [${template.name}]`);
  const who = direction === 'in' ? ink.strong(business) : ink.self('you');
  return `${ink.faint(clock(at))} ${who}${kind}  ${words}${direction === 'in' ? '' : ` ${ticks(message.state, ink)}`}${refusal(message, ink)}`;
}

function refusal({ direction, state, problem }: StoredMessage, ink: Ink): string {
  return direction === 'out' && (state === 'refused' || state === 'failed') && problem !== null ? ` ${ink.bad(problem)}` : '';
}

/** A later word on a message that was shown before. */
export function statusLine(status: InboxStatus, message: StoredMessage | undefined, ink: Ink): string {
  const about = message?.text ?? status.messageId;
  const short = about.length > 40 ? `${about.slice(0, 39)}…` : about;
  const why = status.status === 'failed' ? ` ${ink.bad(status.detail ?? status.reason ?? 'failed')}` : '';
  return `${ink.faint(clock(status.at))} ${ticks(stateOf(status.status), ink)} ${ink.faint(`${status.status}: ${short}`)}${why}`;
}

function stateOf(status: string): MessageState {
  switch (status) {
    case 'delivered':
    case 'read':
    case 'failed':
      return status;
    default:
      return 'accepted';
  }
}

/** … kept here, ✓ with the platform, ✓✓ with the other end, coloured once read, ✗ not to be sent. */
export function ticks(state: MessageState, ink: Ink): string {
  switch (state) {
    case 'queued':
      return ink.faint('…');
    case 'accepted':
      return ink.faint('✓');
    case 'delivered':
      return '✓✓';
    case 'read':
      return `${ink.self('✓✓')} read`;
    case 'refused':
    case 'failed':
      return ink.bad('✗');
    case 'received':
    case 'unreadable':
      return '';
    default:
      return state satisfies never;
  }
}

/** Hour and minute by this machine's clock, with the day where it is not today. */
export function clock(at: number, now = Date.now()): string {
  const [day, today] = [new Date(at), new Date(now)].map((date) => date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' }));
  const time = new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return day === today ? time : `${day} ${time}`;
}

/** The same for programs: one JSON object per line. */
export function messageJson({ direction, messageId, conversationId, at, text, category, template, state, problem }: StoredMessage): string {
  return JSON.stringify({ event: 'message', direction, messageId, conversationId, at: new Date(at).toISOString(), text, category, template, state, problem });
}

export function statusJson({ messageId, conversationId, status, at, reason, detail }: InboxStatus): string {
  return JSON.stringify({ event: 'status', messageId, conversationId, status, at: new Date(at).toISOString(), reason, detail });
}
