import type { Database } from '@parley/bus-postgres';
import { openLanes, type Lane } from '../lanes/lanes.js';
import type { Environment } from '../log/place.js';
import { Failure } from '../terminal/failure.js';
import { drawTable } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

/** A key whose records wait, and why. */
export interface WaitingKey {
  readonly lane: string;
  readonly key: string;
  readonly records: number;
  /** Whether there are more records than were counted. */
  readonly more: boolean;
  readonly firstOffset: number;
  readonly error: string;
  /** Whether a redrive was asked for already. */
  readonly asked: boolean;
}

const mostKeys = 10_000;
const mostRecords = 1_000;

/** Prints the keys that wait, per lane. */
export async function listWaiting(database: Database, { json, environment }: { readonly json: boolean; readonly environment: Environment }, terminal: Terminal): Promise<0> {
  const { lanes, close } = await openLanes(database, environment);
  try {
    const waiting = (await Promise.all(lanes.map(waitingIn))).flat();
    if (json) terminal.line(JSON.stringify({ waiting }));
    else if (waiting.length === 0) terminal.line('No key waits.');
    else printWaiting(waiting, terminal);
    return 0;
  } finally {
    await close();
  }
}

async function waitingIn({ name, store }: Lane): Promise<WaitingKey[]> {
  const keys = await store.waitingKeys(name, mostKeys);
  const asked = new Set(keys.length === 0 ? [] : await store.redriveRequests(name, mostKeys));
  const waiting: WaitingKey[] = [];
  for (const key of keys) {
    const records = await store.waitingRecords(name, key, mostRecords);
    const [first] = records;
    if (first === undefined) continue; // Handled since its key was listed.
    const count = { records: records.length, more: records.length === mostRecords };
    waiting.push({ lane: name, key, ...count, firstOffset: first.offset, error: first.error, asked: asked.has(key) });
  }
  return waiting;
}

function printWaiting(waiting: readonly WaitingKey[], { line, remark, ink }: Terminal): void {
  const columns = [{ title: 'Lane' }, { title: 'Key', most: 40 }, { title: 'Records', align: 'right' as const }, { title: 'Why', most: 60 }];
  const lines = waiting.map(({ lane, key, records, more, firstOffset, error, asked }) => {
    const why = `offset ${firstOffset}: ${error}${asked ? ' (a redrive is asked for)' : ''}`;
    return [lane, key, `${records}${more ? '+' : ''}`, why];
  });
  drawTable(columns, lines, ink.faint).forEach((drawn) => line(drawn));
  remark('Repair the cause, then: parley redrive LANE KEY, or parley redrive LANE --all');
}

export interface RedriveRequest {
  readonly lane: string;
  /** One key, or all that wait. */
  readonly wanted: { readonly key: string } | 'all';
  readonly json: boolean;
  readonly environment: Environment;
}

/**
 * Asks the lane's owner to handle waiting keys again. The request is a row in the lane's database: the running platform takes it within a
 * second or so, one that is stopped takes it when it starts. Throws Failure.
 */
export async function requestRedrive(database: Database, request: RedriveRequest, terminal: Terminal): Promise<0> {
  const { lanes, close } = await openLanes(database, request.environment);
  try {
    const lane = lanes.find(({ name }) => name === request.lane);
    if (lane === undefined) throw new Failure(`There is no lane ${request.lane}.`, `choose among ${lanes.map(({ name }) => name).join(', ')}.`, 2);
    const waiting = await lane.store.waitingKeys(lane.name, mostKeys);
    const asked = keysToAsk(request, waiting);
    for (const key of asked) await lane.store.requestRedrive(lane.name, key);
    terminal.line(request.json ? JSON.stringify({ lane: lane.name, asked }) : answer(lane.name, asked));
    if (database.kind === 'pglite') terminal.remark('The platform takes the request when it starts (npm start).');
    return 0;
  } finally {
    await close();
  }
}

/** A partition that is paused at its first fault has no key waiting yet: any request makes its lane try again. */
const anyKey = '*';

function keysToAsk({ lane, wanted }: RedriveRequest, waiting: readonly string[]): readonly string[] {
  if (wanted === 'all') return waiting.length > 0 ? waiting : [anyKey];
  if (waiting.includes(wanted.key)) return [wanted.key];
  throw new Failure(`${wanted.key} does not wait in ${lane}.`, 'look up what waits: parley redrive --list. A lane that is paused with no key waiting goes on with --all.');
}

function answer(lane: string, asked: readonly string[]): string {
  if (asked.includes(anyKey)) return `No key waits in ${lane}; asked it to go on, should it be paused.`;
  return `Asked ${lane} to handle ${asked.length === 1 ? asked[0] : `${asked.length} keys`} again.`;
}
