// The API key is kept for this tab alone, and never in an address: a fragment is not sent to the server, and it is removed at once.
const name = 'parley.key';
const endsNames = { token: 'parley.token', code: 'parley.code' } as const;

export interface Place {
  readonly hash: string;
  readonly pathname: string;
  readonly search: string;
}

/** What the page "Try it" needs besides the key: a token of the business's gateway, and the code by which the sandbox registers a phone. */
export interface EndsAccess {
  readonly token: string | null;
  readonly code: string | null;
}

export interface Session {
  /** The key that came with the address or was kept; null without one. */
  open(): string | null;
  keep(key: string): void;
  /** As it came with the address or was kept. */
  ends(): EndsAccess;
  keepToken(token: string): void;
  forget(): void;
}

/** A word of a fragment such as `#key=…&token=…`, or null. */
export function wordInFragment(hash: string, word: string): string | null {
  const value = new URLSearchParams(hash.replace(/^#/, '')).get(word)?.trim();
  return value ? value : null;
}

export function sessionOf(storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>, place: Place, replace: (address: string) => void): Session {
  return {
    open: () => {
      const given = wordInFragment(place.hash, 'key');
      if (given !== null) {
        for (const word of ['token', 'code'] as const) {
          const along = wordInFragment(place.hash, word);
          if (along !== null) storage.setItem(endsNames[word], along);
        }
        storage.setItem(name, given);
        replace(place.pathname + place.search);
      }
      return storage.getItem(name);
    },
    keep: (key) => storage.setItem(name, key),
    ends: () => ({ token: storage.getItem(endsNames.token), code: storage.getItem(endsNames.code) }),
    keepToken: (token) => storage.setItem(endsNames.token, token),
    forget: () => [name, ...Object.values(endsNames)].forEach((kept) => storage.removeItem(kept)),
  };
}
