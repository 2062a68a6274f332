const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const nothing = '·';
const hoursInDay = 24;

/**
 * A week as seven lines of 24 hours: the higher the block, the more; a dot is none. Each hour is two characters wide.
 *
 * @param values of the 168 hours from Monday 0:00 on, none negative.
 */
export function heatMap(values: readonly bigint[]): readonly string[] {
  const most = values.reduce((found, value) => (value > found ? value : found), 0n);
  const ruler = `     ${Array.from({ length: hoursInDay / 6 }, (_, index) => String(index * 6).padEnd(12)).join('')}`.trimEnd();
  const lines = weekdays.map((name, day) => `${name}  ${values.slice(day * hoursInDay, (day + 1) * hoursInDay).map((value) => block(value, most).repeat(2)).join('')}`);
  return [ruler, ...lines];
}

/** The smallest amount is seen as well: it is the lowest block, not a dot. */
function block(value: bigint, most: bigint): string {
  if (value === 0n || most === 0n) return nothing;
  const steps = BigInt(blocks.length);
  const level = (value * steps + most - 1n) / most;
  return blocks[Number(level) - 1] ?? nothing;
}
