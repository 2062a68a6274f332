import type { AnyEvent, Payload } from './generated/events.js';
import type { Instant } from './instant.js';
import type { TopicName } from './topics.js';

/** Where a record lies: its topic, partition and offset. */
export interface Position {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
}

/** An event to be written, without its metadata: the runner stamps that. Its partition follows from its key. */
export interface Output {
  readonly topic: TopicName;
  readonly key: string;
  readonly event: Payload<AnyEvent>;
}

/** Something to be woken for. `name` and `subject` identify it within its key; setting it again moves it. */
export interface Timer {
  readonly name: string;
  readonly subject: string;
  readonly dueAt: Instant;
}

/** What a column holds. `bigint` columns carry offsets, instants (epoch ms) or micros; micros travel as decimal strings, in lists too. */
export type ColumnType = 'text' | 'bigint' | 'integer' | 'boolean' | 'bytea' | 'jsonb' | 'integer[]' | 'bigint[]';
export type ColumnValue = string | number | boolean | null | Uint8Array | { readonly [field: string]: unknown } | readonly unknown[];

/** A projection's table as data: enough to create it, to write to it in batches, and to compare it with its refold. */
export interface Table {
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: { readonly [column: string]: { readonly type: ColumnType; readonly nullable?: boolean } };
}

/** A whole row put in place of the one with the same key, or (`row: null`) that one removed. `row` holds every column, the key's too. */
export interface RowChange {
  readonly table: string;
  readonly key: { readonly [column: string]: string | number | boolean };
  readonly row: { readonly [column: string]: ColumnValue } | null;
}

/** What a decision may look at besides its state. */
export interface DecisionContext<Catalog> {
  readonly now: Instant;
  readonly catalog: Catalog;
  /** Reserved and settled on an account that `Balances.accountsOf` named, micros: as it stood when the batch began, with what the batch moved since. Absent: nothing is. */
  balance?(account: string): bigint;
}

/** One more of something, for the books in which messages are counted. */
export interface Tally {
  readonly businessId: string;
  /** A word of the topology's own, such as sent. */
  readonly what: string;
}

/** What an event moves on an account that many keys share. Micros, and negative where something is given back. */
export interface BalanceMove {
  readonly account: string;
  readonly reserved: bigint;
  readonly settled: bigint;
  /** What reserved and settled together may come to by this move, micros; null: whatever. A move that only gives back needs none. */
  readonly limit: bigint | null;
}

/**
 * Balances that many keys share, over all partitions: a budget that every conversation of an owner draws on. No key's state can hold them, so the
 * commit moves them, each lane its own part. It refuses what would go above a limit, and the batch is decided again on the balances as they are then.
 */
export interface Balances<Folded extends AnyEvent, Command extends Folded, Catalog> {
  /** The accounts that the decision on a command looks at. */
  accountsOf(command: Command, context: Pick<DecisionContext<Catalog>, 'now' | 'catalog'>): readonly string[];
  /** What a folded event moves: a function of the event alone, so that a rebuild moves the same. */
  movesOf(event: Folded): readonly BalanceMove[];
}

/**
 * What a service consumes, folds, decides and produces, as data. Every function is pure. The runner folds a command, then decides it on the
 * state that results, stamps the decision, and folds the decision. A function that throws has met poison: the record waits, with all that
 * follows of its key.
 */
export interface Topology<State, Folded extends AnyEvent, Command extends Folded, Catalog> {
  /** Also the first word of its lanes' names. */
  readonly name: string;
  readonly source: TopicName;
  /** Every event type it folds, its commands and its own decisions included. Others are counted on their link and skipped undecoded. */
  readonly folds: readonly Folded['type'][];
  readonly commands: readonly Command['type'][];
  /** Where decisions go, under the command's key: co-partitioned with the source. Null for a topology that decides nothing. */
  readonly decisions: TopicName | null;
  readonly initial: State;
  evolve(state: State, event: Folded): State;
  /**
   * For a topology whose `State` is `InParts`: which part aside an event reads or changes, by a key of its own below the record's key. Null: none;
   * the fold then sees `initial.aside` and leaves it as it is. So a key's state need not hold what belongs to a million others below it. A
   * decision's part is its command's. `catalog` is null where the log is folded anew: then what the decision says has to be enough.
   */
  asideOf?(event: Folded, catalog: Catalog | null): string | null;
  /** True for a command that is this topology's to decide; others of its types are folded only (TimerDue names its topology). */
  accepts?(command: Command): boolean;
  /** Exactly one decision; `DecisionSkipped` is one too. */
  decide(command: Command, state: State, context: DecisionContext<Catalog>): Payload<AnyEvent>;
  /** Event time of a decision where that is not the moment of deciding: a receipt counts when it was reported. Null: now. */
  happenedAt?(command: Command, decision: Payload<AnyEvent>): Instant | null;
  /** The topics that `derive` writes to. */
  readonly derives: readonly TopicName[];
  /** Further outputs: a function of the decision alone. */
  derive?(decision: Folded): readonly Output[];
  /** All timers of a key, as its state has them: those set earlier and not here are removed. */
  timers?(state: State): readonly Timer[];
  readonly balances?: Balances<Folded, Command, Catalog>;
  /** What is counted of an event: of a command together with what was decided on it, of any other alone. Counts are kept per lane and business, for the check that nothing is lost between services. */
  tallies?(event: Folded, decision: Payload<AnyEvent> | null): readonly Tally[];
  readonly tables: readonly Table[];
  /**
   * Rows that follow from one folded event. `position` is where the command or fact lies; a decision has its command's position, its own
   * not being known before it is appended.
   */
  project?(event: Folded, state: State, position: Position): readonly RowChange[];
  /** The business a key belongs to, for the tenant column of every row; '*' where a key spans several. */
  businessOf(key: string): string;
  /** Keys that may wait before the partition pauses. 0: the first poison pauses it (where order matters more than progress). */
  readonly waitingLimit: number;
}

/** A state that is kept in two parts: the record's key's own, and one aside of it (`asideOf`). Each is stored, cached and written by itself. */
export interface InParts<Own, Aside> {
  readonly own: Own;
  readonly aside: Aside;
}

/** A topology whatever its types: for those who run them without looking inside (methods vary both ways, so every topology is one). */
export type AnyTopology = Topology<unknown, AnyEvent, AnyEvent, unknown>;

/** The catalog as a fold over its one topic, kept by every process beside its lanes. */
export interface CatalogFold<Catalog> {
  readonly initial: Catalog;
  evolve(catalog: Catalog, event: AnyEvent): Catalog;
}
