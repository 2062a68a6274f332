import { StoreError } from '../store/error.js';

/**
 * Makes this page the store's only writer until the returned function is called, or the page is gone. A page that was just closed or loaded anew
 * still holds it for a moment, so it is waited for. Throws StoreError while another tab has it.
 */
export async function holdAlone(name: string, waitMs: number): Promise<() => void> {
  let release: () => void = () => undefined;
  await new Promise<void>((resolve, reject) => {
    const held = (): Promise<void> => {
      resolve();
      return new Promise((done) => (release = done));
    };
    navigator.locks.request(lockName(name), { signal: AbortSignal.timeout(waitMs) }, held).catch(reject);
  }).catch((error: unknown) => {
    if (!(error instanceof DOMException) || !['AbortError', 'TimeoutError'].includes(error.name)) throw error;
    throw new StoreError('This device is open in another tab or window of this browser. Close it there, then try again.');
  });
  return release;
}

const lockName = (name: string) => `parley device ${name}`;
