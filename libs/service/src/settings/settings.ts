/** A setting: its environment variable, what it is for, and how its text is read. `read` returns a hint where the text is wrong. */
export interface Setting<T> {
  readonly variable: string;
  readonly about: string;
  /** Undefined where there is no default: the setting must be given. */
  readonly fallback?: T;
  read(text: string): { readonly value: T } | { readonly hint: string };
}

export type Settings<S extends SettingsForm> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };
export type SettingsForm = { readonly [name: string]: Setting<unknown> };
export type Environment = { readonly [variable: string]: string | undefined };

/** The settings cannot be used. The message has one line per wrong variable, with the fix. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
  }
}

/**
 * Reads all settings from the environment, or throws SettingsError naming every wrong one. A variable that starts with PARLEY_ and that nobody
 * knows is wrong too: a misspelt setting must not be ignored. `others` are variables that belong to other programs of ours.
 */
export function readSettings<S extends SettingsForm>(form: S, environment: Environment, others: readonly string[] = []): Settings<S> {
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(form)) {
    const text = environment[setting.variable];
    if (text === undefined || text === '') {
      if (!('fallback' in setting)) wrong.push(`${setting.variable} is not set. It is ${setting.about}.`);
      values[name] = setting.fallback;
      continue;
    }
    const result = setting.read(text);
    if ('hint' in result) wrong.push(`${setting.variable} ${result.hint}. It is ${setting.about}.`);
    else values[name] = result.value;
  }
  const known = [...Object.values(form).map((setting) => setting.variable), ...others];
  for (const variable of Object.keys(environment)) {
    if (variable.startsWith('PARLEY_') && !known.includes(variable)) wrong.push(`${variable} is not known.${suggestion(variable, known)}`);
  }
  if (wrong.length > 0) throw new SettingsError(wrong);
  return values as Settings<S>;
}

function suggestion(variable: string, known: readonly string[]): string {
  const [close] = known.filter((other) => distance(variable, other) <= 3).sort((one, other) => distance(variable, one) - distance(variable, other));
  return close ? ` Did you mean ${close}?` : ` Known are: ${known.join(', ')}.`;
}

/** How many letters to insert, delete or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
