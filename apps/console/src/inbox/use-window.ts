import { useEffect, useState } from 'react';
import type { Client } from '../api/client.js';
import { clockLead } from '../open-windows/open-windows.js';
import { useAsked } from '../frame/asked.js';
import type { ConversationEntry, ConversationWindow, QuoteAnswer } from './contract.js';
import { quotePath } from './inbox.js';
import type { Sending } from './inbox.js';

export interface WindowNow {
  readonly window: ConversationWindow | null;
  readonly quote: QuoteAnswer | null;
  /** The platform's clock, epoch ms. */
  readonly now: number;
  readonly isOpen: boolean;
}

/** Prices change at their day, and windows close: what was answered is asked again so often. */
const staleMs = 30_000;

/** A conversation's window and the price of the next message, told by the platform and counted down here. `version` changes with what was said. */
export function useWindow(client: Client, { conversationId, phone }: ConversationEntry, version: string, sending: Sending): WindowNow {
  const tick = useTick();
  const beat = Math.floor(tick / staleMs);
  const asked = useAsked(`${conversationId} ${version} ${beat}`, (signal) => client.get<ConversationWindow>(`/windows/v1/conversations/${encodeURIComponent(conversationId)}`, signal));
  const found = useAsked(`market ${phone}`, async () => client.post<{ readonly market: string }>('/delivery/v1/directory/lookup', { phone }));
  const window = asked.state === 'ready' ? asked.value : null;
  const path = window === null ? null : quotePath(window, found.state === 'ready' ? found.value.market : null, sending);
  const [lead, setLead] = useState(0);
  const isClosed = window?.closesAt != null && Date.parse(window.closesAt) <= tick + lead;
  const quoted = useAsked(path === null ? null : `${path} ${beat} ${isClosed}`, (signal) => client.get<QuoteAnswer>(path ?? '', signal));
  const quote = quoted.state === 'ready' ? quoted.value : null;
  const receivedAtMs = quoted.state === 'ready' ? quoted.receivedAtMs : 0;
  useEffect(() => {
    if (quote !== null) setLead(clockLead(quote, receivedAtMs));
  }, [quote, receivedAtMs]);
  return { window, quote, now: tick + lead, isOpen: window?.open === true && !isClosed };
}

/** This machine's clock, once a second. */
function useTick(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const beat = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(beat);
  }, []);
  return now;
}
