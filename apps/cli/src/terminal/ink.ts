/** Emphasis for a terminal; every function gives its text back unchanged where colours are not wanted. */
export interface Ink {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
  self(text: string): string;
}

const paint = (open: number, close: number) => (text: string) => (text === '' ? '' : `\u001b[${open}m${text}\u001b[${close}m`);
const plain = (text: string): string => text;

export const colours: Ink = { strong: paint(1, 22), faint: paint(2, 22), good: paint(32, 39), warning: paint(33, 39), bad: paint(31, 39), self: paint(36, 39) };
export const noColours: Ink = { strong: plain, faint: plain, good: plain, warning: plain, bad: plain, self: plain };

/** Colours go to a terminal only, and not where NO_COLOR (https://no-color.org) is set to anything. */
export function inkFor(isTerminal: boolean, environment: { readonly [variable: string]: string | undefined }): Ink {
  const unwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return isTerminal && !unwanted ? colours : noColours;
}
