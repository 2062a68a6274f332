import { BusinessTopic, TopicWriter } from '@parley/bus-kafka/business';
import { FolderError } from '../folder/error.js';
import type { Journal } from '../folder/journal.js';
import type { Log } from '../log.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Sender } from '../outbox/sender.js';
import { Pause } from '../pause.js';
import type { Fact } from '../state/fact.js';
import type { State } from '../state/state.js';
import { waitAfter, type Backoff } from '../webhook/retry.js';
import { group, type BusinessBroker } from './broker.js';
import { Herald } from './herald.js';
import { Intake } from './intake.js';

export interface ExchangeOptions {
  readonly broker: BusinessBroker;
  readonly wabaId: string;
  readonly state: State;
  /** With what follows from facts: outcomes of events. */
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly sender: Sender;
  readonly outbox: Outbox;
  readonly now: () => number;
  readonly chance: () => number;
  readonly backoff: Backoff;
  readonly log: Log;
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

const advice = 'Publish them again if they are needed. To go on with what is there, start the gateway with PARLEY_GATEWAY_COMMANDS_GONE=go-on.';

/** How long outcomes that are on their way may take when the gateway stops. */
const farewellMs = 3_000;

/** Both ways between the gateway and the business's broker. */
export class Exchange {
  /** Why commands are read no more, as a sentence; null while they are. */
  problem: string | null = null;
  private readonly herald: Herald;
  private readonly writer: TopicWriter;
  private readonly topic: BusinessTopic;

  constructor({ broker, state, journal, sender, outbox, now, chance, backoff, log, broken, wabaId }: ExchangeOptions) {
    this.writer = new TopicWriter(broker.settings, broker.outcomes);
    this.herald = new Herald({ state, journal, topic: broker.outcomes, wabaId, append: (records) => this.writer.append(records), backoff, chance, log, broken });
    const intake = new Intake({ topic: broker.commands, state, journal, sender, outbox, now, log });
    this.topic = new BusinessTopic({
      settings: broker.settings, topic: broker.commands, group, whenGone: broker.whenGone, advice, restMs: backoff.firstMs,
      position: (partition) => state.positionOf(broker.commands, partition),
      take: (record) => intake.take(record),
      waitAfter: (failures) => waitAfter(failures, backoff, chance()),
      report: (line) => log.warn(line),
      halted: (error) => {
        if (error instanceof FolderError) return broken(error);
        this.problem = `Commands are not read any more. ${error.message}`;
        log.error(this.problem);
      },
    }); // prettier-ignore
  }

  start(): void {
    this.herald.start();
    this.topic.start();
  }

  wake(): void {
    this.herald.wake();
  }

  /** Takes the command it is at to its end, and sends nothing more. What was not acknowledged is kept. */
  async stop(): Promise<void> {
    const patience = new Pause();
    // A silent broker is not waited for: what it may have taken is sent again by the next run, under the same id.
    const told = this.herald.stop().then(() => this.writer.close()).finally(() => patience.end());
    await Promise.all([this.topic.stop(), Promise.race([told, patience.wait(farewellMs)])]);
  }
}
