import type { Fact } from '../state/fact.js';
import type { State } from '../state/state.js';
import { maxKept } from './conversations.js';

const mostWaiting = 200;

/** Which conversations changed since somebody looked, for who waits for the next change. In memory: after a start everything has changed. */
export class Changes {
  private count = 0;
  private readonly ofContact = new Map<string, number>();
  private readonly waiting = new Set<() => void>();

  constructor(
    private readonly state: State,
    /** Another at each start. */
    private readonly epoch: string,
    stopping: AbortSignal,
  ) {
    stopping.addEventListener('abort', () => this.wake());
  }

  /** The version of all conversations, or of one contact's: opaque text, another one after each change. */
  version(contactId: string | null): string {
    return `${this.epoch}-${contactId === null ? this.count : (this.ofContact.get(contactId) ?? 0)}`;
  }

  /** These facts were journaled and folded. */
  saw(facts: readonly Fact[]): void {
    const touched = facts.flatMap((fact) => this.contactOf(fact));
    if (touched.length === 0) return;
    this.count += 1;
    for (const contactId of touched) this.touch(contactId);
    this.wake();
  }

  /** Resolves once the version is another than `known`, the time is over, or the signal says so. */
  async past(known: string, contactId: string | null, waitMs: number, signal: AbortSignal): Promise<void> {
    const until = performance.now() + waitMs;
    for (let leftMs = waitMs; leftMs > 0 && this.version(contactId) === known && !signal.aborted && this.waiting.size < mostWaiting; leftMs = until - performance.now()) await this.next(leftMs, signal);
  }

  private async next(ms: number, signal: AbortSignal): Promise<void> {
    let wake = (): void => undefined;
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const timer = setTimeout(wake, ms);
    signal.addEventListener('abort', wake);
    this.waiting.add(wake);
    await woken;
    clearTimeout(timer);
    signal.removeEventListener('abort', wake);
    this.waiting.delete(wake);
  }

  /** One that is forgotten here answers once too often, and misses nothing. */
  private touch(contactId: string): void {
    this.ofContact.delete(contactId);
    this.ofContact.set(contactId, this.count);
    for (const oldest of this.ofContact.keys()) {
      if (this.ofContact.size <= maxKept) return;
      this.ofContact.delete(oldest);
    }
  }

  private wake(): void {
    for (const wake of this.waiting) wake();
  }

  private contactOf(fact: Fact): readonly string[] {
    const { messages } = this.state.conversations;
    switch (fact.type) {
      case 'MessageKept':
        return [fact.message.contactId];
      case 'KeptMessageMoved':
        return [messages.get(fact.move.wireId)?.contactId ?? []].flat();
      case 'MessageNoted': // Marked as read.
        return fact.note.direction === 'in' ? [messages.get(fact.note.wireId)?.contactId ?? []].flat() : [];
      default:
        return [];
    }
  }
}
