import type { BusinessRecord, Taken } from '@parley/bus-kafka/business';
import type { Journal } from '../folder/journal.js';
import { FolderError } from '../folder/error.js';
import { placeOf } from '../log.js';
import type { Outbox } from '../outbox/outbox.js';
import type { Origin, Sender } from '../outbox/sender.js';
import type { Fact, PendingOutcome } from '../state/fact.js';
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
    const facts = await this.facts(readCommand(topic, record), record).catch((error: unknown) => this.wait(error));
    if (facts === null) return 'later';
    if (this.waits > 1) log.warn(`Commands are taken again, after ${this.waits} attempts.`);
    this.waits = 0;
    const { partition, offset } = record;
    await journal.append(...facts, { type: 'PositionMoved', topic, partition, next: offset + 1 });
    this.options.outbox.take(facts.flatMap((fact) => (fact.type === 'CallQueued' ? [fact.call] : [])));
    return 'taken';
  }

  /** What the command comes to. Throws Later where the platform cannot be asked just now. */
  private async facts(command: Command, { partition, offset }: BusinessRecord): Promise<readonly Fact[]> {
    const { state, now } = this.options;
    const { requestId, hash } = command;
    const earlier = state.requests.get(requestId);
    if (earlier?.hash === hash) return [];
    if (earlier !== undefined) return [told(rejected(command, faultAt('invalid-value', 'request_id', 'was used for another command before. Give this one an id of its own.'), hash, now()))];
    const noted: Fact = { type: 'RequestNoted', request: { id: requestId, hash, at: now() } };
    try {
      return [noted, ...(command.fault !== null ? [told(rejected(command, command.fault, hash, now()))] : await this.perform(command))];
    } catch (error) {
      if (error instanceof FolderError || (error instanceof WireFault && isPassing(error))) throw error;
      if (!(error instanceof WireFault)) this.options.log.warn(`The command at offset ${offset} of partition ${partition} met a fault: ${placeOf(error)}`);
      const fault = error instanceof WireFault ? error : new WireFault('something-wrong', 'The gateway met a fault of its own with this command. Its log says more.');
      return [noted, told(rejected(command, fault, hash, now()))];
    }
  }

  private async perform(command: Good): Promise<readonly Fact[]> {
    const { sender, state, now } = this.options;
    const { request, requestId, phoneNumberId } = command;
    const origin = this.originOf(phoneNumberId ?? '');
    if (request.type === 'read') {
      await sender.markRead(request, origin);
      return [told(acceptedRead(command, now()))];
    }
    const { call, facts, wireId } = await sender.prepare(request, origin, commandWireId(state, requestId));
    if (call === null) return [told(acceptedMessage(command, request.input, { wireId, phone: request.to }, now())), ...facts];
    return [{ type: 'CallQueued', call: { ...call, command: { requestId, phoneNumberId: phoneNumberId ?? '', input: request.input } } }, ...facts];
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

function told(outcome: PendingOutcome): Fact {
  return { type: 'OutcomeQueued', outcome };
}

// Nothing that the publisher could mend, and not for ever: the platform is away, or the operator has to give the gateway another key.
function isPassing({ kind }: WireFault): boolean {
  return kind === 'unavailable' || kind === 'throughput' || kind === 'permission';
}
