// given(facts).when(command).then(decision): a topology's folds and decisions, driven as its runner drives them.
import type { AnyEvent, Instant, Payload, Position, RowChange, Topology } from '@parley/contracts';
import type { Catalog } from '../catalog/catalog.js';
import { expectPlain } from './expect-plain.js';
import { expectRow } from './expect-row.js';
import { aCatalog, logged } from './fixtures.js';

/** The test framework's `expect`, as far as it is needed here; the spec hands it in. */
export type Expect = (value: unknown) => { toMatchObject(expected: object): void };

interface Options {
  readonly catalog?: Catalog;
  /** The clock's instant at deciding; the command's own when left out. */
  readonly now?: Instant;
  /** Reserved and settled on an account; nothing when left out. */
  readonly balance?: (account: string) => bigint;
}

/** What came of one command. */
export class Outcome {
  constructor(
    private readonly expect: Expect,
    readonly decision: Payload<AnyEvent>,
    readonly rows: readonly RowChange[],
    readonly event: AnyEvent,
  ) {}

  /** The decision has these fields, and maybe more. */
  then(expected: object): this {
    this.expect(this.decision).toMatchObject(expected);
    return this;
  }

  thenSkipped(reason: string): this {
    this.then({ type: 'DecisionSkipped' });
    const found = this.decision.type === 'DecisionSkipped' ? this.decision.reason : '';
    if (!found.includes(reason)) throw new Error(`skipped because "${found}", expected "${reason}"`);
    return this;
  }
}

/** A key of a topology, being told what happened. Checks by itself, after every command, that deciding it again says nothing. */
export class Scenario<State, Folded extends AnyEvent, Command extends Folded> {
  #offset = 0;
  state: State;

  constructor(
    private readonly topology: Topology<State, Folded, Command, Catalog>,
    private readonly expect: Expect,
  ) {
    this.state = topology.initial;
  }

  given(...facts: readonly Folded[]): this {
    for (const fact of facts) this.fold(fact);
    return this;
  }

  fold(event: Folded): readonly RowChange[] {
    const { topology } = this;
    this.state = topology.evolve(this.state, event);
    expectPlain(this.state);
    const rows = topology.project?.(event, this.state, this.#position()) ?? [];
    for (const row of rows) expectRow(topology.tables, row);
    this.#offset += 1;
    return rows;
  }

  when(command: Command, { catalog = aCatalog, now = command.meta.at, balance = () => 0n }: Options = {}): Outcome {
    const { topology } = this;
    const rows = [...this.fold(command)];
    const decision = topology.decide(command, this.state, { now, catalog, balance });
    if (!topology.folds.includes(decision.type)) throw new Error(`${topology.name} does not fold its own ${decision.type}`);
    const event = logged(decision, topology.happenedAt?.(command, decision) ?? now) as AnyEvent;
    rows.push(...this.fold(event as Folded));

    const again = topology.decide(command, topology.evolve(this.state, command), { now, catalog, balance });
    if (again.type !== 'DecisionSkipped') throw new Error(`deciding ${command.type} again says ${again.type}`);
    return new Outcome(this.expect, decision, rows, event);
  }

  timers(): unknown {
    return this.topology.timers?.(this.state) ?? [];
  }

  #position(): Position {
    return { topic: this.topology.source, partition: 0, offset: this.#offset };
  }
}
