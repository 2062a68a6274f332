import type { AnyEvent, TopicName } from '@parley/contracts';
import type { World } from './world.js';

/** A record that readers take, with where it lies. */
export interface Accepted {
  readonly event: AnyEvent;
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
}

export type Violate = (invariant: number, detail: string) => void;

/** The accepted records of a partition, read here independently of the runner; on the way invariants 2 and 3 are held against it. */
export function acceptedOf(world: { readonly log: Pick<World['log'], 'records'>; readonly codec: Pick<World['codec'], 'decode'> }, topic: TopicName, partition: number, violate: Violate): Accepted[] {
  const seen = new Map<string, Map<number, string>>();
  const accepted: Accepted[] = [];
  for (const { offset, key, value } of world.log.records(topic, partition)) {
    const event = world.codec.decode(value);
    const { link, number } = event.meta;
    const numbers = seen.get(link) ?? new Map<number, string>();
    seen.set(link, numbers);
    const bytes = Buffer.from(value).toString('base64');
    const known = numbers.get(number);
    if (known !== undefined) {
      if (known !== bytes) violate(2, `${topic}/${partition}: link ${link} number ${number} stands there twice with different content`);
      continue;
    }
    if (number !== numbers.size + 1) violate(3, `${topic}/${partition}, offset ${offset}: link ${link} goes from ${numbers.size} to ${number}`);
    numbers.set(number, bytes);
    accepted.push({ event, topic, partition, offset, key });
  }
  return accepted;
}

/** All of them, by topic and partition. */
export class AcceptedLogs {
  readonly #partitions = new Map<string, Accepted[]>();

  constructor(world: { readonly log: Pick<World['log'], 'records' | 'partitions'>; readonly codec: Pick<World['codec'], 'decode'> }, topics: readonly TopicName[], violate: Violate) {
    for (const topic of topics) {
      for (let partition = 0; partition < world.log.partitions(topic); partition += 1) {
        this.#partitions.set(`${topic}/${partition}`, acceptedOf(world, topic, partition, violate));
      }
    }
  }

  of(topic: TopicName, partition: number): readonly Accepted[] {
    return this.#partitions.get(`${topic}/${partition}`) ?? [];
  }

  all(): Accepted[] {
    return [...this.#partitions.values()].flat();
  }
}
