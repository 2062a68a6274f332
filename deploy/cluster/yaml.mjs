// As much of YAML as a compose file needs, to be read by people: maps, lists, strings, numbers, flags.

/** Texts that mean themselves without quotes, and nothing else: no number, no flag, no null. */
const plain = /^[A-Za-z./][\w./:@-]*$/;
const words = new Set(['true', 'false', 'yes', 'no', 'on', 'off', 'null', 'y', 'n']);

function scalar(value) {
  if (typeof value !== 'string') return String(value);
  return plain.test(value) && !value.endsWith(':') && !words.has(value.toLowerCase()) ? value : `'${value.replaceAll("'", "''")}'`;
}

const isShort = (list) => list.every((item) => typeof item !== 'object') && JSON.stringify(list).length < 100;

function lines(value, indent) {
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      if (typeof item !== 'object') return [`${pad}- ${scalar(item)}`];
      const [first, ...rest] = lines(item, indent + 2);
      return [`${pad}- ${first.trimStart()}`, ...rest];
    });
  }
  return Object.entries(value).flatMap(([key, item]) => {
    const name = `${pad}${scalar(key)}:`;
    if (item === null) return [name];
    if (Array.isArray(item)) return isShort(item) ? [`${name} [${item.map((one) => (typeof one === 'string' ? `'${one.replaceAll("'", "''")}'` : String(one))).join(', ')}]`] : [name, ...lines(item, indent + 2)];
    if (typeof item === 'object') return [name, ...lines(item, indent + 2)];
    if (typeof item === 'string' && item.includes('\n')) return [`${name} |`, ...item.trimEnd().split('\n').map((line) => `${pad}  ${line}`)];
    return [`${name} ${scalar(item)}`];
  });
}

/** A map as a YAML document. Texts of several lines end with one line break. */
export function yaml(value) {
  return `${lines(value, 0).join('\n')}\n`;
}
