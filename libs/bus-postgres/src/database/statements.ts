/**
 * Names under which statements stay prepared on a connection, by their text. Bounded: text that is built from values would otherwise fill
 * the server's memory; beyond the bound a statement is parsed each time.
 */
export class StatementNames {
  readonly #names = new Map<string, string>();

  constructor(private readonly limit = 500) {}

  /** Undefined: run it unnamed. */
  of(sql: string): string | undefined {
    const known = this.#names.get(sql);
    if (known !== undefined || this.#names.size >= this.limit) return known;
    const name = `parley_${this.#names.size}`;
    this.#names.set(sql, name);
    return name;
  }
}
