import type { Lane } from '../lanes/lanes.js';

/**
 * What a lane holds, a line each, without rows whose time is over: they are removed when somebody comes to it, by the row's owner and by the log
 * each in its own time, so they need not be there, nor be gone.
 */
export async function comparableDump({ name, topology, store }: Pick<Lane, 'name' | 'topology' | 'store'>, now: number): Promise<string> {
  const expiring = topology.tables.filter(({ columns }) => 'expires_at' in columns).map((table) => `["row","${table.name}"`);
  const dump = await store.dump(name);
  if (expiring.length === 0) return dump;
  return dump.split('\n').filter((line) => !(expiring.some((start) => line.startsWith(start)) && isOver(line, now))).join('\n');
}

function isOver(line: string, now: number): boolean {
  const [, , row] = JSON.parse(line) as [string, string, string];
  const { expires_at: expiresAt } = JSON.parse(row) as { readonly expires_at: number };
  return expiresAt <= now;
}
