import type { Admin } from 'kafkajs';

/** Where a reader stands in each partition of a topic, held against what the topic still has. */
export class Places {
  readonly #next = new Map<number, number>();
  #admin: Admin | undefined;

  /** `advice`: what to do about records that are gone, as a sentence. */
  constructor(
    private readonly topic: string,
    private readonly advice: string,
  ) {}

  /** Learns where to go on: the reader's word, else the group's, else the beginning. Rejects where the topic is missing or nobody answers. */
  async open(admin: Admin, group: string, position: (partition: number) => number | null): Promise<void> {
    this.#admin = admin;
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [this.topic] });
    for (const { partition } of await this.#offsets()) {
      const known = this.#next.get(partition) ?? position(partition);
      const offset = Number(committed?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
      if (known !== null) this.#next.set(partition, known);
      else if (offset >= 0) this.#next.set(partition, offset);
    }
  }

  /** Null where nothing of the partition was taken yet. */
  next(partition: number): number | null {
    return this.#next.get(partition) ?? null;
  }

  moved(partition: number, next: number): void {
    this.#next.set(partition, next);
  }

  /** Why the record at `first` cannot be the next one, as a sentence; null where it can. */
  async goneBefore(partition: number, first: number): Promise<string | null> {
    const next = this.next(partition);
    if (next === null || first === next) return null;
    const found = (await this.#offsets()).find((one) => one.partition === partition);
    const [low, high] = [Number(found?.low ?? 0), Number(found?.high ?? 0)];
    if (high < next) return `${this.topic} was made anew: partition ${partition} ends at offset ${high}, and everything below ${next} was taken from it before. ${this.advice}`;
    if (low > next) return `${low - next} records of ${this.topic}, partition ${partition}, are gone before they were taken (offsets ${next} to ${low - 1}): the topic's retention is too short. ${this.advice}`;
    return null; // Offsets between were those of transactions, or compacted away; or it was fetched twice.
  }

  async close(): Promise<void> {
    await this.#admin?.disconnect();
  }

  async #offsets(): Promise<readonly { readonly partition: number; readonly low: string; readonly high: string }[]> {
    return (await this.#admin?.fetchTopicOffsets(this.topic)) ?? [];
  }
}
