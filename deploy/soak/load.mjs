// The load: customers' phones that read and write, and a business that answers through the Cloud API. Everybody remembers what he was told.
import { setTimeout as sleep } from 'node:timers/promises';
import { cast } from '@parley/platform';
import { Device, MemoryStore } from '@parley/sdk';

/** Numbers that are reserved for fiction (Germany, Frankfurt's mobile range is none): nobody has them. */
const phoneOf = (index) => `4917139${String(20_100 + index)}`;

/** A customer: one device, which takes what comes until it is told to stop. */
class Customer {
  received = [];
  #stop = new AbortController();

  constructor(address, index) {
    this.phone = phoneOf(index);
    this.device = new Device({ baseUrl: address, store: new MemoryStore() });
  }

  async begin(code) {
    await persist(() => this.device.register(this.phone, code, `customer ${this.phone}`));
    await persist(() => this.device.write(cast.number.phone, 'Hello'));
    this.running = this.#run();
  }

  async #run() {
    while (!this.#stop.signal.aborted) {
      try {
        const { received } = await this.device.sync({ waitSeconds: 2, signal: this.#stop.signal });
        this.received.push(...received.map(({ messageId, text }) => ({ messageId, text: text ?? '' })));
      } catch {
        await sleep(300);
      }
    }
  }

  async end() {
    this.#stop.abort();
    await this.running;
  }
}

/** Tries until it succeeds: for what has to be there before the load begins. */
async function persist(work, tries = 60) {
  for (let left = tries; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      if (left === 0) throw error;
      await sleep(500);
    }
  }
}

export class Load {
  /** Text of a message → whether the gateway answered 2xx for it. */
  answered = new Set();
  attempted = 0;
  refused = new Map();
  #running = true;

  constructor({ address, token, code, customers, perSecond, random }) {
    Object.assign(this, { address, token, code, perSecond, random });
    this.customers = Array.from({ length: customers }, (_, index) => new Customer(address, index));
  }

  async begin() {
    for (const customer of this.customers) await customer.begin(this.code);
    // Until the first "Hello" has opened the window, an answer would be refused.
    await sleep(5_000);
    this.workers = Array.from({ length: 8 }, (_, worker) => this.#work(worker));
  }

  async #work(worker) {
    for (let count = 0; this.#running; count += 1) {
      const text = `soak ${worker}.${count}`;
      const customer = this.customers[Math.floor(this.random() * this.customers.length)];
      this.attempted += 1;
      // What is not answered is not asked again: it may have arrived or not, but never twice.
      await this.#send(customer.phone, text, this.random() < 0.3).catch((error) => this.#note(error.name));
      await sleep((8 / this.perSecond) * 1_000 * (0.5 + this.random()));
    }
  }

  async #send(to, text, isTemplate) {
    const parameters = [text, 'Friday'].map((value) => ({ type: 'text', text: value }));
    const content = isTemplate
      ? { type: 'template', template: { name: cast.template.name, language: { code: cast.template.language }, components: [{ type: 'body', parameters }] } }
      : { type: 'text', text: { body: text } };
    const answer = await fetch(`${this.address}/gateway/v23.0/${cast.wire.phoneNumberId}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', to, ...content }),
      signal: AbortSignal.timeout(20_000),
    });
    await answer.arrayBuffer();
    if (answer.ok) this.answered.add(text);
    else this.#note(`HTTP ${answer.status}`);
  }

  #note(what) {
    this.refused.set(what, (this.refused.get(what) ?? 0) + 1);
  }

  /** How often each text reached a phone. A template's text holds it in the middle of a sentence. */
  arrivals() {
    const times = new Map();
    for (const { received } of this.customers) {
      for (const { text } of received) {
        const own = /soak \d+\.\d+/.exec(text)?.[0];
        if (own) times.set(own, (times.get(own) ?? 0) + 1);
      }
    }
    return times;
  }

  async endSending() {
    this.#running = false;
    await Promise.all(this.workers);
  }

  /** Waits until every answered message has arrived, or for so long that it will not. Returns the missing. */
  async arrived(withinMs) {
    for (const deadline = Date.now() + withinMs; ; await sleep(500)) {
      const times = this.arrivals();
      const missing = [...this.answered].filter((text) => !times.has(text));
      if (missing.length === 0 || Date.now() > deadline) return missing;
    }
  }

  async end() {
    await Promise.all(this.customers.map((customer) => customer.end()));
  }
}
