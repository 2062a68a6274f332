/** A stretch of a pattern: between `least` and `most` characters, each with a 1 at its code in `table`. */
export interface Stretch {
  readonly table: Uint8Array;
  readonly least: number;
  readonly most: number;
}

const ATOM = /^(?:\[((?:[^\]\\]|\\.)+)\]|\\?([^[\]\\(){}|?*+^$]|(?<=\\)\.))(?:\{(\d+)(?:,(\d+))?\})?/u;

/**
 * A pattern as stretches that can be matched from left to right without going back; null where it is not of that kind (groups, choices,
 * or a stretch that would have to guess where it ends), which a regular expression then has to match.
 */
export function stretchesOf(pattern: string): readonly Stretch[] | null {
  if (!pattern.startsWith('^') || !pattern.endsWith('$')) return null;
  const stretches: Stretch[] = [];
  for (let rest = pattern.slice(1, -1); rest !== ''; ) {
    const found = ATOM.exec(rest);
    if (!found) return null;
    const [whole, characters, one, least = '1', most = least] = found;
    const table = tableOf(characters ?? `\\${one!}`);
    if (!table) return null;
    stretches.push({ table, least: Number(least), most: Number(most) });
    rest = rest.slice(whole.length);
  }
  return stretches.every((stretch, index) => endsItself(stretch, stretches[index + 1])) ? stretches : null;
}

/** Whether taking as many characters as there are is always right. */
function endsItself(stretch: Stretch, next: Stretch | undefined): boolean {
  return next === undefined || stretch.least === stretch.most || stretch.table.every((allowed, code) => allowed === 0 || next.table[code] === 0);
}

/** The characters of a class such as `A-Za-z0-9_.-`; ASCII only. */
function tableOf(characters: string): Uint8Array | null {
  const table = new Uint8Array(256);
  const codes: { readonly code: number; readonly escaped: boolean }[] = [];
  for (let at = 0; at < characters.length; at += 1) {
    const escaped = characters[at] === '\\';
    if (escaped) at += 1;
    codes.push({ code: characters.charCodeAt(at), escaped });
  }
  if (codes[0]!.code === 0x5e || codes.some(({ code, escaped }) => code > 0x7e || (escaped && isWord(code)))) return null;
  for (let at = 0; at < codes.length; at += 1) {
    const from = codes[at]!.code;
    const isRange = codes[at + 1]?.code === 0x2d && !codes[at + 1]!.escaped && at + 2 < codes.length;
    const to = isRange ? codes[at + 2]!.code : from;
    for (let code = from; code <= to; code += 1) table[code] = 1;
    if (isRange) at += 2;
  }
  return table;
}

/** Letters and digits behind a backslash mean something else: \d, \p{…}. */
function isWord(code: number): boolean {
  return /\w/.test(String.fromCharCode(code));
}

/** Whether the bytes from `start` to `end` match; both within `bytes`. */
export function matchesBytes(stretches: readonly Stretch[], bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (let index = 0; index < stretches.length; index++) {
    const { table, least, most } = stretches[index]!;
    const from = at;
    const limit = Math.min(end, from + most);
    while (at < limit && table[bytes[at]!] === 1) at++;
    if (at - from < least) return false;
  }
  return at === end;
}
