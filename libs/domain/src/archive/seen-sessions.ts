import type { ConversationId, Instant } from '@parley/contracts';
import type { OperatorSession } from './facts.js';

/** No session is longer than an entry point's 72 hours; receipts are late by days at most. */
const keptMs = 14 * 86_400_000;

interface Seen {
  readonly id: string;
  readonly at: Instant;
}

/** The operator's sessions of each conversation, as messages come in the order of usage. */
export class SeenSessions {
  readonly #seen = new Map<ConversationId, readonly Seen[]>();

  /** Whether the message is the first in its session; null where the operator names none. */
  opens(conversationId: ConversationId, session: OperatorSession | null, deliveredAt: Instant): boolean | null {
    if (session === null) return null;
    const known = this.#seen.get(conversationId) ?? [];
    if (known.some(({ id }) => id === session.id)) return false;
    this.#seen.set(conversationId, [...known.filter(({ at }) => at > deliveredAt - keptMs), { id: session.id, at: deliveredAt }]);
    return true;
  }
}
