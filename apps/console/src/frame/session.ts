// The API key is kept for this tab alone, and never in an address: a fragment is not sent to the server, and it is removed at once.
const name = 'parley.key';

export interface Place {
  readonly hash: string;
  readonly pathname: string;
  readonly search: string;
}

export interface Session {
  /** The key that came with the address or was kept; null without one. */
  open(): string | null;
  keep(key: string): void;
  forget(): void;
}

/** The key in a fragment `#key=…`, or null. */
export function keyInFragment(hash: string): string | null {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key ? key : null;
}

export function sessionOf(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, place: Place, replace: (address: string) => void): Session {
  return {
    open: () => {
      const given = keyInFragment(place.hash);
      if (given !== null) {
        storage.setItem(name, given);
        replace(place.pathname + place.search);
      }
      return storage.getItem(name);
    },
    keep: (key) => storage.setItem(name, key),
    forget: () => storage.removeItem(name),
  };
}
