import { acceptedEvents } from '@parley/bus';
import type { Codec, Log } from '@parley/bus';
import type { CatalogEvent } from '@parley/contracts';
import { PublishedHistory } from '@parley/domain';

/** The catalog's log as far as it is of these types: all of them, or what a question needs. Holds a page beside what it folds. */
export async function historyOn(log: Log, codec: Codec, types: readonly CatalogEvent['type'][]): Promise<PublishedHistory> {
  const history = new PublishedHistory();
  for await (const { event, offset } of acceptedEvents({ topic: 'parley.catalog.v1', partition: 0, types, log, codec })) history.take(event, offset);
  return history;
}
