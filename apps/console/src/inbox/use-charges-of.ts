import { useEffect, useState } from 'react';
import type { Client } from '../api/client.js';
import type { Charge } from '../api/contract.js';
import type { Said } from './contract.js';
import { isCharged } from './inbox.js';

const lookAgainMs = 700;
const mostLooks = 60;
/** A conversation may be long; its latest charges are what a person looks at. */
const mostShown = 30;

/** The charges of a conversation's messages, each asked for until it is posted: that follows the delivery by a moment. */
export function useChargesOf(client: Client, conversationId: string, said: readonly Said[]): ReadonlyMap<string, Charge> {
  const [found, setFound] = useState<ReadonlyMap<string, Charge>>(new Map());
  const wanted = said.filter(isCharged).slice(-mostShown).map(({ messageId }) => `${conversationId}.${messageId}`).filter((chargeId) => !found.has(chargeId));
  useEffect(() => {
    if (wanted.length === 0) return undefined;
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      for (let looks = 0; looks < mostLooks && !abort.signal.aborted; looks += 1) {
        for (const chargeId of wanted) {
          const answer = await client.get<Charge>(`/billing/v1/charges/${encodeURIComponent(chargeId)}`, abort.signal);
          if ('value' in answer) return setFound((before) => new Map(before).set(chargeId, answer.value));
        }
        await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
      }
    };
    look().catch(() => undefined); // Aborted: other charges are wanted now.
    return () => abort.abort();
  }, [client, wanted.join(' ')]);
  return found;
}
