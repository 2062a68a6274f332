import type { AnyEvent, AnyTopology } from '@parley/contracts';
import type { Codec } from '../codec/codec.js';
import type { Log } from '../port/log.js';
import { laneName } from '../runner/session.js';
import { isCommand, isOwn } from '../runner/work.js';
import { PartitionCursor } from './cursor.js';

/** A command of a topology's source with its decision; null where none is on the log. */
export interface Decided {
  readonly offset: number;
  readonly command: AnyEvent;
  readonly decision: AnyEvent | null;
}

/** Some commands, and how far the source is read. */
export interface DecidedPage {
  readonly decided: readonly Decided[];
  readonly offset: number;
  readonly end: number;
}

export interface DecidedSource {
  readonly topology: Pick<AnyTopology, 'name' | 'source' | 'decisions' | 'commands' | 'accepts'>;
  readonly partition: number;
  readonly log: Log;
  readonly codec: Codec;
  readonly pageRecords?: number;
}

/**
 * A partition's commands in log order, each with the decision that was taken on it: repeats dropped, up to the end that the log has now. For
 * questions over the whole log; it changes nothing, and holds a page in memory.
 */
export async function* decidedPages({ topology, partition, log, codec, pageRecords = 2_000 }: DecidedSource): AsyncGenerator<DecidedPage> {
  if (topology.decisions === null) throw new TypeError(`${topology.name} decides nothing`);
  const lane = laneName(topology, partition);
  const source = await PartitionCursor.open(log, codec, topology.source, partition);
  const decisions = await PartitionCursor.open(log, codec, topology.decisions, partition);
  const ahead = new Map<number, AnyEvent>();
  /** A lane decides in the order of its source, but for what waited: so the decision is found soon, or was found before. */
  const decisionOn = async (offset: number): Promise<AnyEvent | null> => {
    while (!ahead.has(offset)) {
      const accepted = await decisions.next();
      if (!accepted) return null;
      if (isOwn(lane, accepted.meta)) ahead.set(accepted.meta.cause!.offset, codec.decode(accepted.record.value, accepted.read));
    }
    const decision = ahead.get(offset)!;
    ahead.delete(offset);
    return decision;
  };
  for (let page: Decided[] = []; ; page = []) {
    let accepted = await source.next();
    for (; accepted; accepted = page.length < pageRecords ? await source.next() : undefined) {
      if (!topology.commands.includes(accepted.type)) continue;
      const command = codec.decode(accepted.record.value, accepted.read);
      const { offset } = accepted.record;
      if (isCommand(topology as AnyTopology, command)) page.push({ offset, command, decision: await decisionOn(offset) });
    }
    if (page.length === 0) return;
    yield { decided: page, offset: source.offset, end: source.end };
  }
}
