/** Ways to write a text down so that it can still be read. */
function formsOf(canary: string): Buffer[] {
  const bytes = Buffer.from(canary);
  // Base64 of a text depends on how many bytes stand before it; only what is whole in each of the three cases can be searched for.
  const base64 = [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const urlSafe = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [bytes, Buffer.from(canary, 'utf16le'), ...[bytes.toString('hex'), ...base64, ...urlSafe].map((text) => Buffer.from(text))];
}

/** Where any of the canaries is found in any form, by the sinks' names. */
export function leaks(canaries: readonly string[], sinks: ReadonlyMap<string, Uint8Array>): string[] {
  const found: string[] = [];
  for (const canary of canaries) {
    const forms = formsOf(canary);
    for (const [name, bytes] of sinks) {
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (forms.some((form) => content.includes(form))) found.push(`${canary} in ${name}`);
    }
  }
  return found;
}

export interface Plant {
  /** End of the path of a built file. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Arguments for Node that make a build with a leak: the file is changed as it is loaded, nothing on disk. */
export function planted({ file, find, replace }: Plant): string[] {
  const hooks = `
    export async function load(url, context, next) {
      const loaded = await next(url, context);
      if (!url.endsWith(${JSON.stringify(file)})) return loaded;
      const source = String(loaded.source);
      if (source.split(${JSON.stringify(find)}).length !== 2) throw new Error('the leak does not fit ' + url);
      return { ...loaded, source: source.replace(${JSON.stringify(find)}, () => ${JSON.stringify(replace)}) };
    }`;
  const url = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  return ['--no-warnings', '--import', url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`)];
}
