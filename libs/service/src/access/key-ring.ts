import { newToken, parseToken, constantTimeEqual, tokenHash, utf8 } from '@parley/crypto';
import type { Random } from '@parley/crypto';
import type { Instant } from '@parley/contracts';
import { In } from 'typeorm';
import type { Rows } from '../database/rows.js';
import { ApiKey } from './api-key.entity.js';
import { Believed } from './believed.js';
import { everyBusiness, scopes } from './scopes.js';
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
  /** Of the schema `access`. */
  readonly rows: Rows;
  /** The installation's key: without it the stored hashes are useless. 32 bytes. */
  readonly serviceKey: Uint8Array;
  readonly random: Random;
  clock(): Instant;
}

/** What an id looks like: it need not come from a token, and then may be anything. */
const keyForm = /^[a-z2-7]{16}$/;
/** Keys are made and revoked by the operator alone. */
const operator = { businessId: everyBusiness };

/** The API keys of the installation: makes, finds and revokes them. */
export class KeyRing {
  private readonly believed: Believed<ApiKey | null>;

  constructor(private readonly ports: KeyRingPorts) {
    this.believed = new Believed(() => ports.clock());
  }

  /** The caller a token belongs to; null where it is unknown, revoked or no token at all. */
  async find(text: string): Promise<Caller | null> {
    const token = parseToken(text);
    if (token === null || token.kind !== 'pk') return null;
    const row = await this.rowOf(token.id);
    // The hash is compared with or without a row, so that the time taken does not tell which ids exist.
    const hash = tokenHash(this.ports.serviceKey, token);
    const same = constantTimeEqual(utf8(hash), utf8(row?.tokenHash ?? '0'.repeat(hash.length)));
    if (row === null || !same || row.revokedAt !== null) return null;
    return callerOf(row);
  }

  /** The callers behind the ids of keys, of those that are known and not revoked: for records that are signed instead of carrying a token. */
  async callersOf(keyIds: Iterable<string>): Promise<ReadonlyMap<string, Caller>> {
    const callers = new Map<string, Caller>();
    for (const [keyId, row] of await this.rowsOf(new Set(keyIds))) {
      if (row !== null && row.revokedAt === null) callers.set(keyId, callerOf(row));
    }
    return callers;
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
    await this.ports.rows.for(operator, (manager) => manager.createQueryBuilder().insert().into(ApiKey).values(row).orIgnore().execute());
  }

  /** Revokes a key; false where there is none. Other processes believe the key for at most three seconds more. */
  async revoke(keyId: string): Promise<boolean> {
    const done = await this.ports.rows.for(operator, (manager) => manager.update(ApiKey, { keyId }, { revokedAt: this.ports.clock() }));
    this.believed.forget(keyId);
    return (done.affected ?? 0) > 0;
  }

  private async rowOf(keyId: string): Promise<ApiKey | null> {
    return (await this.rowsOf(new Set([keyId]))).get(keyId) ?? null;
  }

  /** One statement for all that is not believed already. */
  private async rowsOf(keyIds: ReadonlySet<string>): Promise<ReadonlyMap<string, ApiKey | null>> {
    const rows = new Map<string, ApiKey | null>();
    const asked: string[] = [];
    for (const keyId of keyIds) {
      const known = this.believed.get(keyId);
      if (known !== undefined) rows.set(keyId, known);
      else asked.push(keyId);
    }
    if (asked.length === 0) return rows;
    const askedAt = this.ports.clock();
    const credentials = asked.filter((keyId) => keyForm.test(keyId));
    const stored = credentials.length === 0 ? [] : await this.ports.rows.for({ credentials }, (manager) => manager.findBy(ApiKey, { keyId: In(credentials) }));
    const found = new Map(stored.map((row) => [row.keyId, row]));
    for (const keyId of asked) {
      const row = found.get(keyId) ?? null;
      rows.set(keyId, row);
      this.believed.keep(keyId, row, askedAt);
    }
    return rows;
  }
}

function callerOf(row: ApiKey): Caller {
  return { keyId: row.keyId, businessId: row.businessId, scopes: new Set(scopesOf(row)) };
}

function scopesOf(row: ApiKey): readonly Scope[] {
  return row.scopes.split(' ').filter((word): word is Scope => (scopes as readonly string[]).includes(word));
}
