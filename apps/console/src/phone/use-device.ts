import { ContentError, Device, DeviceError, EndError, PlatformError } from '@parley/sdk';
import type { Profile, StoredMessage } from '@parley/sdk';
import { openBrowserStore, removeBrowserStore, StoreError } from '@parley/sdk/browser';
import { useCallback, useEffect, useState } from 'react';
import type { Fault } from '../api/fault.js';
import { unreadOf } from './phone.js';

/** A phone in this browser, and how far it is. */
export type Phone =
  | { readonly state: 'opening' }
  | { readonly state: 'failed'; readonly fault: Fault }
  | { readonly state: 'new' | 'unlisted' | 'ready'; readonly device: Device; readonly profile: Profile | null; readonly messages: readonly StoredMessage[]; readonly problem: string | null };

export interface PhoneInBrowser {
  readonly phone: Phone;
  /** Looks again at what the device has: after it was told to do something. */
  look(): void;
  /** Opens it anew, after it failed. */
  again(): void;
  /** Removes it from this browser, with its history. */
  forget(): void;
}

const name = 'parley-phone';
const waitSeconds = 20;
const restMs = 2_000;
const lookMs = 300;
/** A page that was just left holds the phone for a moment. */
const lockWaitMs = 4_000;

/** What went wrong with the device, in words for a person. */
export function deviceFault(error: unknown): Fault {
  if (error instanceof PlatformError) return { status: error.status, title: error.title, detail: error.detail, fix: error.errors.map(({ path, hint }) => `${path} ${hint}.`).join(' ') || 'Check number and code, then try again.' };
  if (error instanceof StoreError) return { status: 0, title: 'The phone cannot be opened', detail: error.message, fix: 'Do that, then try again.' };
  if (error instanceof DeviceError || error instanceof EndError || error instanceof ContentError) return { status: 0, title: 'The phone cannot do that', detail: `${error.message}.`, fix: 'Change what was asked, or use another number.' };
  return { status: 0, title: 'The phone has stopped', detail: error instanceof Error ? error.message : String(error), fix: 'Load the page anew. Its messages are kept.' };
}

/** Opens the device that this browser keeps, and follows its inbox while the page shows it. What is shown has been read. */
export function usePhone(): PhoneInBrowser {
  const [phone, setPhone] = useState<Phone>({ state: 'opening' });
  const [round, setRound] = useState({ nth: 0, removes: false });
  const device = 'device' in phone ? phone.device : null;
  const begin = (removes: boolean): void => {
    setPhone({ state: 'opening' });
    setRound(({ nth }) => ({ nth: nth + 1, removes }));
  };
  useEffect(() => {
    const stopping = new AbortController();
    const shown = (next: Phone): void => (stopping.signal.aborted ? undefined : setPhone(next));
    run(round.removes, shown, stopping.signal).catch((error: unknown) => shown({ state: 'failed', fault: deviceFault(error) }));
    return () => stopping.abort();
  }, [round]);
  const look = useCallback((): void => {
    if (device !== null) void seenOn(device, null).then((seen) => setPhone((before) => ('device' in before && before.device === device ? seen : before)));
  }, [device]);
  return { phone, look, again: () => begin(false), forget: () => begin(true) };
}

async function run(removes: boolean, shown: (phone: Phone) => void, signal: AbortSignal): Promise<void> {
  if (removes) await removeBrowserStore(name, lockWaitMs);
  const store = await openBrowserStore({ name, waitMs: lockWaitMs });
  try {
    const device = new Device({ baseUrl: window.location.origin, store });
    for (let problem: string | null = null; !signal.aborted; ) {
      const seen = await seenOn(device, problem);
      shown(seen);
      if (seen.state === 'ready') problem = await step(device, seen.messages, signal);
      await pause(seen.state === 'ready' && problem === null ? 0 : seen.state === 'new' ? lookMs : restMs, signal);
    }
  } finally {
    await store.close();
  }
}

/** Reads what is shown, and takes what comes; resolves to what hinders it. */
async function step(device: Device, messages: readonly StoredMessage[], signal: AbortSignal): Promise<string | null> {
  try {
    if (document.visibilityState === 'visible') for (const { messageId } of unreadOf(messages)) await device.read(messageId);
    return (await device.sync({ waitSeconds, signal })).problem?.message ?? null;
  } catch (error) {
    return deviceFault(error).detail;
  }
}

async function seenOn(device: Device, problem: string | null): Promise<Extract<Phone, { readonly device: Device }>> {
  const profile = await device.profile();
  if (profile === null) return { state: 'new', device, profile, messages: [], problem };
  const isListed = await device.isListed().catch((error: unknown) => {
    problem = deviceFault(error).detail;
    return false;
  });
  return { state: isListed ? 'ready' : 'unlisted', device, profile, messages: await device.history(), problem };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
