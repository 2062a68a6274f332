import type { BusinessRecord, Taken } from '@parley/bus-kafka/business';
import type { Journal } from '../folder/journal.js';
import { FolderError } from '../folder/error.js';
import { placeOf } from '../log.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Origin, Sender } from '../outbox/sender.js';
import type { Call, Fact, PendingOutcome } from '../state/fact.js';
import type { State } from '../state/state.js';
import { commandWireId } from '../tokens.js';
import { faultAt, WireFault } from '../wire/fault.js';
import { readCommand, type Command } from './command.js';
import { acceptedMessage, acceptedRead, rejected } from './outcome.js';

export interface IntakeOptions {
  readonly topic: string;
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly sender: Pick<Sender, 'prepare' | 'markRead'>;
  readonly outbox: Pick<Outbox, 'take'>;
  readonly now: () => number;
  readonly log: { warn(line: string): void };
}

type Good = Command & { readonly fault: null };

/** Facts that are yet to be journaled, or calls that were, to be sent. */
type Outcome = { readonly kind: 'said'; readonly facts: readonly Fact[] } | { readonly kind: 'journaled'; readonly calls: readonly Call[] };

/**
 * Turns records of the business's topic into calls and outcomes. What a record comes to, its id and the place behind it are journaled in one write: read
 * again, it has no second effect.
 */
export class Intake {
  private waits = 0;

  constructor(private readonly options: IntakeOptions) {}

  /** Rejects with FolderError when the journal takes nothing more. */
  async take(record: BusinessRecord): Promise<Taken> {
    const { state, log, topic, journal } = this.options;
    if (state.holdsTooManyEvents || state.holdsTooManyCalls) return 'later';
    const { partition, offset } = record;
    const moved: Fact = { type: 'PositionMoved', topic, partition, next: offset + 1 };
    const outcome = await this.outcomeOf(readCommand(topic, record), record, moved).catch((error: unknown) => this.wait(error));
    if (outcome === null) return 'later';
    if (this.waits > 1) log.warn(`Commands are taken again, after ${this.waits} attempts.`);
    this.waits = 0;
    if (outcome.kind === 'said') await journal.append(...outcome.facts, moved);
    else this.options.outbox.take(outcome.calls);
    return 'taken';
  }

  /** What the command comes to; a message is journaled with its place already. Throws where the platform cannot be asked just now. */
  private async outcomeOf(command: Command, { partition, offset }: BusinessRecord, moved: Fact): Promise<Outcome> {
    const { state, now } = this.options;
    const { requestId, hash } = command;
    const earlier = state.requests.get(requestId);
    if (earlier?.hash === hash) return said();
    if (earlier !== undefined) return said(told(rejected(command, faultAt('invalid-value', 'request_id', 'was used for another command before. Give this one an id of its own.'), hash, now())));
    const noted: Fact = { type: 'RequestNoted', request: { id: requestId, hash, at: now() } };
    try {
      return command.fault !== null ? said(noted, told(rejected(command, command.fault, hash, now()))) : await this.perform(command, noted, moved);
    } catch (error) {
      if (error instanceof FolderError || (error instanceof WireFault && isPassing(error))) throw error;
      if (!(error instanceof WireFault)) this.options.log.warn(`The command at offset ${offset} of partition ${partition} met a fault: ${placeOf(error)}`);
      const fault = error instanceof WireFault ? error : new WireFault('something-wrong', 'The gateway met a fault of its own with this command. Its log says more.');
      return said(noted, told(rejected(command, fault, hash, now())));
    }
  }

  private async perform(command: Good, noted: Fact, moved: Fact): Promise<Outcome> {
    const { sender, state, now } = this.options;
    const { request, requestId, phoneNumberId } = command;
    const origin = this.originOf(phoneNumberId ?? '');
    if (request.type === 'read') {
      await sender.markRead(request, origin);
      return said(noted, told(acceptedRead(command, now())));
    }
    const calls: Call[] = [];
    await sender.prepare(request, origin, commandWireId(state, requestId), ({ call: sealed, facts, wireId }) => {
      if (sealed === null) return [noted, told(acceptedMessage(command, request.input, { wireId, phone: request.to }, now())), ...facts, moved];
      const call = { ...sealed, command: { requestId, phoneNumberId: phoneNumberId ?? '', input: request.input } };
      calls.splice(0, Infinity, call);
      return [noted, { type: 'CallQueued', call }, ...facts, moved];
    });
    return { kind: 'journaled', calls };
  }

  private originOf(phoneNumberId: string): Origin {
    const { numbers } = this.options.state;
    const number = numbers.get(phoneNumberId);
    if (number === undefined) throw faultAt('unknown-object', 'phone_number_id', `is not a number of this gateway. It serves ${[...numbers.keys()].join(', ')}.`);
    return { number, lane: 'api' };
  }

  /** Null: the record is to be handed over again. */
  private wait(error: unknown): null {
    if (!(error instanceof WireFault)) throw error;
    this.waits += 1;
    if (Number.isInteger(Math.log2(this.waits))) this.options.log.warn(`Commands wait, attempt ${this.waits}: ${error.details}`);
    return null;
  }
}

function said(...facts: readonly Fact[]): Outcome {
  return { kind: 'said', facts };
}

function told(outcome: PendingOutcome): Fact {
  return { type: 'OutcomeQueued', outcome };
}

// Nothing that the publisher could mend, and not for ever: the platform is away, or the operator has to give the gateway another key.
function isPassing({ kind }: WireFault): boolean {
  return kind === 'unavailable' || kind === 'throughput' || kind === 'permission';
}
