import type { StoredMessage } from '@parley/sdk';

/** The mark beside a message that the person wrote: what has become of it, to be seen and to be heard. */
export interface Tick {
  readonly mark: string;
  readonly words: string;
  readonly tone: 'dim' | 'read' | 'bad';
}

export function tickOf({ state, problem }: Pick<StoredMessage, 'state' | 'problem'>): Tick | null {
  switch (state) {
    case 'queued':
      return { mark: '◷', words: 'waiting to be sent', tone: 'dim' };
    case 'accepted':
      return { mark: '✓', words: 'sent', tone: 'dim' };
    case 'delivered':
      return { mark: '✓✓', words: 'delivered', tone: 'dim' };
    case 'read':
      return { mark: '✓✓', words: 'read', tone: 'read' };
    case 'refused':
    case 'failed':
      return { mark: '!', words: problem === null ? state : `${state}: ${problem}`, tone: 'bad' };
    case 'received':
    case 'unreadable':
      return null;
    default:
      return state satisfies never;
  }
}

/** What a bubble says: the words, or why there are none. */
export function saidIn({ text, problem }: Pick<StoredMessage, 'text' | 'problem'>): string {
  return text ?? `This message cannot be shown here (${problem ?? 'no reason given'}).`;
}

/** What came in and was not read yet. A message that came in and was read is of the state `read` too. */
export function unreadOf(messages: readonly StoredMessage[]): readonly StoredMessage[] {
  return messages.filter(({ direction, state }) => direction === 'in' && state === 'received');
}

// A range of mobile numbers that the regulator keeps free for films: nobody has them. The first are the sandbox's own.
const fiction = '4917139200';

/** A number to try with; `dice` is a whole number from 0. */
export function suggestedNumber(dice: number): string {
  return `+${fiction}${String(10 + (dice % 90))}`;
}

/** 60 digits as twelve groups of five. */
export function groupsOf(safetyNumber: string): readonly string[] {
  return safetyNumber.replace(/\D/g, '').match(/.{1,5}/g) ?? [];
}
