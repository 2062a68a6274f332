import { moved, type ConversationFact, type KeptMessage, type KeptMove } from './kept.js';

/** Most that is kept; above it the oldest go. */
export const maxKept = 10_000;
export const maxKeptCharacters = 16 * 1024 * 1024;

/** The newest messages with their contents, in the order in which they came to the gateway. */
export class Conversations {
  readonly messages = new Map<string, KeptMessage>();
  private characters = 0;

  apply(fact: ConversationFact): void {
    switch (fact.type) {
      case 'MessageKept':
        return this.keep(fact.message);
      case 'KeptMessageMoved':
        return this.move(fact.move);
      case 'ConversationsForgotten':
        return this.forget();
      default:
        fact satisfies never;
    }
  }

  /** A contact's messages, oldest first. */
  of(contactId: string): readonly KeptMessage[] {
    return [...this.messages.values()].filter((message) => message.contactId === contactId);
  }

  /** The latest message of each conversation, the latest first. */
  latest(): readonly KeptMessage[] {
    const latest = new Map<string, KeptMessage>();
    for (const message of this.messages.values()) {
      latest.delete(message.conversationId);
      latest.set(message.conversationId, message);
    }
    return [...latest.values()].reverse();
  }

  private keep(message: KeptMessage): void {
    if (this.messages.has(message.wireId)) return; // Read again from an older cursor, or sealed anew: it is there, and may be further.
    this.messages.set(message.wireId, message);
    this.characters += sizeOf(message);
    for (const [wireId, oldest] of this.messages) {
      if (this.messages.size <= maxKept && this.characters <= maxKeptCharacters) return;
      this.messages.delete(wireId);
      this.characters -= sizeOf(oldest);
    }
  }

  private move(move: KeptMove): void {
    const message = this.messages.get(move.wireId);
    if (message === undefined) return;
    const after = moved(message, move);
    this.messages.set(move.wireId, after);
    this.characters += sizeOf(after) - sizeOf(message);
  }

  private forget(): void {
    this.messages.clear();
    this.characters = 0;
  }
}

function sizeOf(message: KeptMessage): number {
  return JSON.stringify(message).length;
}
