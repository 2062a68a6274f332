/** Only what JSON keeps as it is: strings, whole and other finite numbers, booleans, null, arrays and plain objects of these. */
export function expectPlain(value: unknown, path = 'state'): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value) && !Object.is(value, -0)) return;
  if (Array.isArray(value)) value.forEach((item, index) => expectPlain(item, `${path}[${index}]`));
  else if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [name, field] of Object.entries(value)) expectPlain(field, `${path}.${name}`);
  } else throw new Error(`${path} is ${String(value)}, which JSON does not keep`);
}
