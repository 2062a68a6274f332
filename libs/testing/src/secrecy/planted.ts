/** A change to one built file: a leak, to see that a scan finds it. */
export interface Plant {
  /** End of the path of a built file. */
  readonly file: string;
  /** Stands there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** Arguments for Node that make a build with a leak: the file is changed as it is loaded, nothing on disk. A plant that fits nowhere ends the process as it starts. */
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
