import type { LogRecord } from '@parley/bus';
import { signingSecretOf } from '@parley/crypto';
import { isRequestSignature } from '@parley/crypto/node';
import { rejected } from '@parley/domain';
import type { Rejection } from '@parley/domain';
import { everyBusiness } from '@parley/service';
import type { Caller } from '@parley/service';

/** The callers behind the ids of keys; an id that is unknown or revoked is missing. */
export type Callers = ReadonlyMap<string, Caller>;

/** Names of the Kafka headers that say who signed a request. */
export const keyHeader = 'parley-key';
export const signatureHeader = 'parley-signature';

const keyForm = /^[a-z2-7]{16}$/;

/** The id of the key that a record says it is signed with; null where it says none, or what cannot be one. */
export function keyIdOf(record: Pick<LogRecord, 'headers'>): string | null {
  const keyId = headerOf(record, keyHeader);
  return keyId !== null && keyForm.test(keyId) ? keyId : null;
}

/** Who wrote the record, proven by its signature. Nothing else in a record is believed, and nothing of one that fails here is looked at. */
export class Authenticity {
  private readonly secrets = new Map<string, string>();

  constructor(private readonly serviceKey: Uint8Array) {}

  callerOf(record: LogRecord, callers: Callers): Caller | Rejection {
    const keyId = headerOf(record, keyHeader);
    const signature = headerOf(record, signatureHeader);
    if (keyId === null || signature === null) return rejected('missing-signature');
    const caller = callers.get(keyId);
    // A key of the operator belongs to no business that could be charged.
    if (caller === undefined || caller.businessId === everyBusiness) return rejected('unknown-key');
    return isRequestSignature(signature, this.secretOf(keyId), record.value) ? caller : rejected('bad-signature');
  }

  /** Derived once per key; only keys that exist get here. */
  private secretOf(keyId: string): string {
    const known = this.secrets.get(keyId);
    if (known !== undefined) return known;
    const secret = signingSecretOf(this.serviceKey, keyId);
    if (this.secrets.size >= mostSecrets) this.secrets.clear();
    this.secrets.set(keyId, secret);
    return secret;
  }
}

const mostSecrets = 10_000;
const longestHeader = 256;

function headerOf({ headers }: Pick<LogRecord, 'headers'>, name: string): string | null {
  const bytes = headers?.get(name);
  return bytes === undefined || bytes.length > longestHeader ? null : Buffer.from(bytes).toString('latin1');
}
