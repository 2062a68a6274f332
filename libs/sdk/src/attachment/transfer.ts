import { PlatformError } from '../platform/error.js';

export type TransferOptions = {
  /** Called as the file goes, with bytes of the plain file. Begins anew where an upload does. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends the transfer; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
};

const stallMs = 60_000;

/** One request that may take as long as it needs, but may not stand still. */
export class Transfer {
  private readonly controller = new AbortController();
  private readonly abort = () => this.controller.abort(this.outer?.reason);
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly outer: AbortSignal | undefined) {
    if (outer?.aborted) this.abort();
    outer?.addEventListener('abort', this.abort, { once: true });
    this.moved();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Bytes went by. */
  moved(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.controller.abort(new PlatformError({ kind: 'timeout', status: 0, title: 'The transfer stood still', detail: `Nothing went by within ${stallMs} ms.` })), stallMs);
  }

  end(): void {
    clearTimeout(this.timer);
    this.outer?.removeEventListener('abort', this.abort);
  }
}
