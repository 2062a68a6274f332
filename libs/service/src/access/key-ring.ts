import { newToken, parseToken, constantTimeEqual, tokenHash, utf8 } from '@parley/crypto';
import type { Random } from '@parley/crypto';
import type { Instant } from '@parley/contracts';
import type { Repository } from 'typeorm';
import { ApiKey } from './api-key.entity.js';
import { scopes } from './scopes.js';
import type { Scope } from './scopes.js';

/** Who calls, as the key says. `businessId` is `*` for the operator. */
export interface Caller {
  readonly keyId: string;
  readonly businessId: string;
  readonly scopes: ReadonlySet<Scope>;
}

export interface NewKey {
  readonly businessId: string;
  readonly scopes: readonly Scope[];
  readonly name: string;
}

export interface KeyRingPorts {
  readonly keys: Repository<ApiKey>;
  /** The installation's key: without it the stored hashes are useless. 32 bytes. */
  readonly serviceKey: Uint8Array;
  readonly random: Random;
  clock(): Instant;
}

/** How long a row is believed without asking the database: also how long a revoked key may still pass. */
const believedMs = 3_000;
const mostBelieved = 10_000;

/** The API keys of the installation: makes, finds and revokes them. */
export class KeyRing {
  private readonly believed = new Map<string, { readonly row: ApiKey | null; readonly until: Instant }>();

  constructor(private readonly ports: KeyRingPorts) {}

  /** The caller a token belongs to; null where it is unknown, revoked or no token at all. */
  async find(text: string): Promise<Caller | null> {
    const token = parseToken(text);
    if (token === null || token.kind !== 'pk') return null;
    const row = await this.rowOf(token.id);
    // The hash is compared with or without a row, so that the time taken does not tell which ids exist.
    const hash = tokenHash(this.ports.serviceKey, token);
    const same = constantTimeEqual(utf8(hash), utf8(row?.tokenHash ?? '0'.repeat(hash.length)));
    if (row === null || !same || row.revokedAt !== null) return null;
    return { keyId: row.keyId, businessId: row.businessId, scopes: new Set(scopesOf(row)) };
  }

  /** Makes a key; its token is in the answer and nowhere else. With the same `random` it is the same key, made once. */
  async make(wanted: NewKey, random: Random = this.ports.random): Promise<{ readonly keyId: string; readonly token: string }> {
    const token = newToken('pk', random);
    await this.store(token.text, wanted);
    return { keyId: token.id, token: token.text };
  }

  /** Stores a key whose token was made elsewhere (the operator's first one, from the settings). Storing it again changes nothing. */
  async store(text: string, wanted: NewKey): Promise<void> {
    const token = parseToken(text);
    if (token === null || token.kind !== 'pk') throw new Error('an API key has the form pk_<id>_<secret>');
    const row = {
      keyId: token.id,
      businessId: wanted.businessId,
      tokenHash: tokenHash(this.ports.serviceKey, token),
      scopes: [...new Set(wanted.scopes)].join(' '),
      name: wanted.name,
      createdAt: this.ports.clock(),
      revokedAt: null,
    };
    await this.ports.keys.createQueryBuilder().insert().into(ApiKey).values(row).orIgnore().execute();
  }

  /** Revokes a key; false where there is none. Other processes believe the key for at most three seconds more. */
  async revoke(keyId: string): Promise<boolean> {
    const done = await this.ports.keys.update({ keyId }, { revokedAt: this.ports.clock() });
    this.believed.delete(keyId);
    return (done.affected ?? 0) > 0;
  }

  private async rowOf(keyId: string): Promise<ApiKey | null> {
    const now = this.ports.clock();
    const known = this.believed.get(keyId);
    if (known && known.until > now) return known.row;
    const row = await this.ports.keys.findOneBy({ keyId });
    // Full of ids that somebody made up: forget all rather than grow.
    if (this.believed.size >= mostBelieved) this.believed.clear();
    this.believed.set(keyId, { row, until: now + believedMs });
    return row;
  }
}

function scopesOf(row: ApiKey): readonly Scope[] {
  return row.scopes.split(' ').filter((word): word is Scope => (scopes as readonly string[]).includes(word));
}
