import { useCallback, useEffect, useRef, useState } from 'react';
import type { Client } from '../api/client.js';
import { pathOf } from '../api/client.js';
import type { ChargePage } from '../api/contract.js';
import type { Fault } from '../api/fault.js';
import { nothingFound, queryOf, readOn } from './charges.js';
import type { Found, Selection } from './charges.js';

export interface ChargesAsked {
  readonly found: Found;
  readonly isReading: boolean;
  readonly fault: Fault | null;
  again(): void;
  goOn(): void;
}

/** The charges of a selection, read page by page. Null: it is not known yet. */
export function useCharges(client: Client, selection: Selection | null): ChargesAsked {
  const [found, setFound] = useState<Found>(nothingFound);
  const [isReading, setReading] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const abort = useRef<AbortController | null>(null);
  const read = useCallback(
    async (from: Found): Promise<void> => {
      if (selection === null) return;
      abort.current?.abort();
      const { signal } = (abort.current = new AbortController());
      setReading(true);
      setFault(null);
      setFound(from);
      const ask = (after: string) => client.get<ChargePage>(pathOf('/billing/v1/charges', { ...queryOf(selection), limit: 1_000, after: after === '' ? null : after }), signal);
      const onProgress = (soFar: Found): void => (signal.aborted ? undefined : setFound(soFar));
      const result = await readOn(from, { ask, onProgress }).catch(() => null); // Null: another selection took its place.
      if (result === null || signal.aborted) return;
      setReading(false);
      if ('fault' in result) setFault(result.fault);
      else setFound(result);
    },
    [client, JSON.stringify(selection)],
  );
  useEffect(() => {
    void read(nothingFound);
    return () => abort.current?.abort();
  }, [read]);
  return { found, isReading, fault, again: () => void read(nothingFound), goOn: () => void read(found) };
}
