// The customers' phones: each reports what was sent to it as delivered, as soon as it hears of it, all that came meanwhile in one call.
import { randomUUID } from 'node:crypto';
import { clientOf } from './people.mjs';

/** What the platform takes at once. */
const mostReceipts = 200;

export class Phones {
  /** What each call took, ms. */
  calls = [];
  #phones = new Map();

  /** @param failed(error) hears of a report that was not taken. */
  constructor(address, contacts, failed) {
        for (const { conversationId, token } of contacts) this.#phones.set(conversationId, { client: clientOf(address, token), waiting: [], isBusy: false });
    this.failed = failed;
  }

  sent(conversationId, messageId) {
    const phone = this.#phones.get(conversationId);
    if (phone === undefined) return this.failed(new Error(`${messageId} was sent to ${conversationId}, who is none of these customers`));
    phone.waiting.push({ conversationId, messageId, status: 'delivered', at: Date.now() });
    if (!phone.isBusy) void this.#report(phone).catch(this.failed);
  }

  async #report(phone) {
    phone.isBusy = true;
    await undefined; // What was sent with it goes with it.
    while (phone.waiting.length > 0) {
      const begunAt = performance.now();
      await phone.client.sendReceipts(phone.waiting.splice(0, mostReceipts), randomUUID());
      this.calls.push(performance.now() - begunAt);
    }
    phone.isBusy = false;
  }
}
