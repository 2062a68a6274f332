import type { Random } from '../random.js';
import { writtenRecord, type Written } from './judge.js';
import { mark, partitions, source, type IntakeWorld } from './world.js';

/** What integrators write: each request once or more, to any partition, sometimes another one under the same id, and foreign transactions between. */
export class IntakeWorkload {
  readonly asked: Written[] = [];
  #left: number;
  readonly #random: Random;

  constructor(
    private readonly world: IntakeWorld,
    count: number,
  ) {
    this.#left = count;
    this.#random = world.random;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  async step(): Promise<void> {
    const kind = this.#random.next();
    if (kind < 0.1) await this.#append(mark, new Uint8Array(1));
    else if (kind < 0.2) this.world.catalog += 1;
    else if (kind < 0.5 && this.asked.length > 0) await this.#write(this.#random.pick(this.asked));
    else if (this.#left > 0) {
      this.#left -= 1;
      const again = this.asked.length > 0 && this.#random.chance(0.15) ? this.#random.pick(this.asked) : undefined;
      const request: Written = {
        businessId: again?.businessId ?? `b${this.#random.below(3)}`,
        requestId: again?.requestId ?? `r${this.#left}`,
        content: `content-${this.#left}`,
        wish: this.#random.pick(['take', 'take', 'refuse', this.world.catalog + 1]),
      };
      this.asked.push(request);
      await this.#write(request);
    }
  }

  #write(request: Written): Promise<void> {
    const { key, value } = writtenRecord(request);
    return this.#append(key, value);
  }

  async #append(key: string, value: Uint8Array): Promise<void> {
    await this.world.log.append({ topic: source, partition: this.#random.below(partitions), records: [{ key, value }] });
  }
}
