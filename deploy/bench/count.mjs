// What the benchmarks' settings are read with.
/** A whole number, perhaps with a k or an M behind it. */
export function count(values, name, { least, most }) {
  const match = /^(\d+)([kM]?)$/.exec(values[name]);
  const value = match ? Number(match[1]) * { '': 1, k: 1_000, M: 1_000_000 }[match[2]] : NaN;
  if (!(value >= least && value <= most)) throw new RangeError(`--${name} ${values[name]}: from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`);
  return value;
}
