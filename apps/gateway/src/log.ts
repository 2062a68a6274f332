/** Where the gateway says what happens. Lines hold ids and counts, never a text or a phone number. */
export interface Log {
  log(line: string): void;
  warn(line: string): void;
  error(line: string): void;
}

/** An unforeseen error's name and place. Its message is left out: it may quote what was being read, and that may be content. */
export function placeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an Error was thrown';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames.slice(0, 8)].join('\n');
}
