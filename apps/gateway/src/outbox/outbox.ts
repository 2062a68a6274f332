import { PlatformError, type StaleAccount } from '@parley/sdk';
import type { Journal } from '../folder/journal.js';
import { isRefusal, type Platform } from '../platform/platform.js';
import type { Call, Fact } from '../state/fact.js';
import type { State } from '../state/state.js';
import { Pause } from '../pause.js';
import { waitAfter, type Backoff } from '../webhook/retry.js';
import type { WireFault } from '../wire/fault.js';
import { Gate } from './gate.js';
import { faultOf, tooLate } from './refusal.js';

export type Outcome = { readonly kind: 'accepted' } | { readonly kind: 'refused'; readonly fault: WireFault } | { readonly kind: 'pending' };

export interface OutboxOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly platform: Pick<Platform, 'perform'>;
  readonly now: () => number;
  /** From 0 to 1, for jitter. */
  readonly chance: () => number;
  readonly backoff: Backoff;
  /** How long `submit` waits for the platform before it answers `pending`, ms. */
  readonly answerWithinMs: number;
  /** The call with its message sealed for the devices there are now, once it is journaled; null where that cannot be. Throws PlatformError. */
  readonly resealed: (call: Call, stale: readonly StaleAccount[]) => Promise<Call | null>;
  /** What else becomes true when a call fails that its caller believes in: the failed webhook. */
  readonly failed: (call: Call, fault: WireFault) => readonly Fact[];
  /** What else becomes true when any call is refused, whoever is told of it. */
  readonly refused: (call: Call, fault: WireFault) => readonly Fact[];
  /** What else becomes true when a command's call is answered: its outcome. `fault` null: it was accepted. */
  readonly answered: (call: Call, fault: WireFault | null) => readonly Fact[];
  readonly log: { warn(line: string): void };
  /** Called when the journal takes nothing more. */
  readonly broken: (error: unknown) => void;
}

interface Entry {
  /** Sealed anew, it is another one under the same id. */
  call: Call;
  readonly settled: Promise<Outcome>;
  readonly settle: (outcome: Outcome) => void;
  /** The caller has been told that the call will be made: a later refusal has to reach it by webhook. */
  promised: boolean;
  /** A definite answer is being written down; who waits gets it in a moment. */
  decided: boolean;
}

const requestsAtOnce = 16;
const mostResealed = 5; // Somebody who adds a device at each try must not keep a line busy for ever.
/**
 * A call is repeated for six days: the platform keeps idempotency keys for seven, and after that a repetition could be a second message.
 */
export const callHorizonMs = 6 * 24 * 3_600_000;

/** Calls that are journaled before they are sent, and repeated byte for byte until the platform has answered, also after a restart. */
export class Outbox {
  private readonly lines = new Map<string, Entry[]>();
  private readonly stopping = new AbortController();
  private readonly gate: Gate;
  private readonly pauses = new Set<Pause>();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: OutboxOptions) {
    const { now, backoff, chance } = options;
    this.gate = new Gate(requestsAtOnce, now, (failures) => waitAfter(failures, backoff, chance()));
  }

  /** Sends what an earlier run has left. */
  start(): void {
    for (const call of this.options.state.calls.values()) this.add(call, true);
  }

  /**
   * Writes the call and `facts` down, together, then sends it. Resolves to the platform's answer, or to `pending` when there was none in time.
   * Rejects when it could not be written down: then nothing is sent.
   */
  async submit(call: Call, facts: readonly Fact[]): Promise<Outcome> {
    await this.options.journal.append({ type: 'CallQueued', call }, ...facts);
    return await this.answerTo(call);
  }

  /** Sends a call that was journaled, and waits for the answer as `submit` does. */
  async answerTo(call: Call): Promise<Outcome> {
    const entry = this.add(call, false);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome | null>((resolve) => (timer = setTimeout(resolve, this.options.answerWithinMs, null)));
    const first = await Promise.race([entry.settled, late]);
    clearTimeout(timer);
    if (first !== null) return first;
    if (entry.decided) return await entry.settled;
    entry.promised = true;
    return { kind: 'pending' };
  }

  /** Sends calls that were journaled with something else; nobody waits for their answers. */
  take(calls: readonly Call[]): void {
    for (const call of calls) this.add(call, true);
  }

  /** Ends what is on its way; what was not answered is kept. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.gate.wakeAll();
    for (const pause of this.pauses) pause.end();
    await Promise.all(this.running);
  }

  private add(call: Call, promised: boolean): Entry {
    let settle: (outcome: Outcome) => void = () => undefined;
    const settled = new Promise<Outcome>((resolve) => (settle = resolve));
    const entry: Entry = { call, settled, settle, promised, decided: false };
    const line = this.lines.get(call.line);
    if (line !== undefined) line.push(entry);
    else this.run(call.line, [entry]);
    return entry;
  }

  private run(name: string, line: Entry[]): void {
    this.lines.set(name, line);
    const running = this.work(name, line)
      .catch(this.options.broken)
      .finally(() => this.running.delete(running));
    this.running.add(running);
  }

  private async work(name: string, line: Entry[]): Promise<void> {
    for (let entry = line[0]; entry !== undefined; entry = line[0]) {
      const outcome = await this.deliver(entry);
      if (outcome.kind === 'pending') return; // Stopping.
      entry.decided = true;
      await this.options.journal.append({ type: 'CallSettled', id: entry.call.id }, ...this.tellingsOf(entry, outcome.kind === 'refused' ? outcome.fault : null));
      entry.settle(outcome);
      line.shift();
      if (line.length === 0) this.lines.delete(name); // In the same turn: whoever comes next starts a new line.
    }
  }

  private tellingsOf({ call, promised }: Entry, fault: WireFault | null): readonly Fact[] {
    const { answered, failed, refused } = this.options;
    const known = fault === null ? [] : refused(call, fault);
    if (call.command !== undefined) return [...known, ...answered(call, fault)];
    return fault !== null && promised ? [...known, ...failed(call, fault)] : known;
  }

  /** Repeats the call until it is answered; `pending` when the outbox is stopped first. */
  private async deliver(entry: Entry): Promise<Outcome> {
    const { backoff, chance, log, now } = this.options;
    for (let failures = 1, resealed = 0; ; failures++) {
      const { call } = entry;
      if (now() - call.queuedAt > callHorizonMs) return { kind: 'refused', fault: tooLate };
      const outcome = await this.attempt(entry, resealed < mostResealed);
      if (entry.call !== call) {
        resealed += 1;
        continue;
      }
      if (outcome.kind !== 'pending' || this.stopping.signal.aborted) return outcome;
      if (Number.isInteger(Math.log2(failures))) log.warn(`The platform has not taken ${call.id} yet, attempt ${failures}; it is kept and repeated.`);
      await this.rest(waitAfter(failures, backoff, chance()));
    }
  }

  private async attempt(entry: Entry, mayReseal: boolean): Promise<Outcome> {
    await this.gate.enter(this.stopping.signal);
    let reached: boolean | null = null;
    try {
      if (this.stopping.signal.aborted) return { kind: 'pending' };
      await this.options.platform.perform(entry.call);
      reached = true;
      return { kind: 'accepted' };
    } catch (error) {
      reached = isRefusal(error) ? true : this.stopping.signal.aborted ? null : false;
      if (isRefusal(error) && isKnownThere(error, entry)) return { kind: 'accepted' };
      if (isRefusal(error) && error.staleAccounts.length > 0 && mayReseal) return await this.reseal(entry, error);
      if (!isRefusal(error) || isRepairable(error.status, entry)) return { kind: 'pending' };
      return { kind: 'refused', fault: faultOf(error) };
    } finally {
      this.gate.leave(reached);
    }
  }

  /** Puts the message sealed for the contact's present devices in the entry's place, where that can be. */
  private async reseal(entry: Entry, refusal: PlatformError): Promise<Outcome> {
    try {
      const call = await this.options.resealed(entry.call, refusal.staleAccounts);
      if (call === null) return { kind: 'refused', fault: faultOf(refusal) };
      entry.call = call;
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error;
    }
    return { kind: 'pending' };
  }

  private async rest(ms: number): Promise<void> {
    const pause = new Pause();
    this.pauses.add(pause);
    if (!this.stopping.signal.aborted) await pause.wait(ms);
    this.pauses.delete(pause);
  }
}

// A command's message has one id for ever. The platform has it already, sealed by a run that a restored backup knows nothing of.
function isKnownThere({ type }: PlatformError, { call }: Entry): boolean {
  return call.command !== undefined && type.endsWith(':idempotency-conflict');
}

// A refused API key is mended by the operator, and says nothing about the message: what was promised is kept until then.
function isRepairable(status: number, { promised }: Entry): boolean {
  return promised && (status === 401 || status === 403);
}
