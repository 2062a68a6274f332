import { messageOf } from '@parley/bus';
import type { Codec, IntakeRequest, LogRecord } from '@parley/bus';
import { isId, partiesOf } from '@parley/contracts';
import type { Instant } from '@parley/contracts';
import type { Catalog } from '@parley/domain';
import type { AccountIds, PresentOf } from '../devices/account-devices.js';
import { Authenticity, keyIdOf } from './authenticity.js';
import type { Callers } from './authenticity.js';
import { intakeRequestOf } from './intake-request.js';
import { verdictOf } from './verdict.js';
import type { Verdict } from './verdict.js';

export interface JudgePorts {
  readonly codec: Codec;
  /** The installation's key, under which signing secrets are derived. */
  readonly serviceKey: Uint8Array;
  /** Those of the keys that are known and not revoked; rejects where they cannot be looked up just now. */
  callersOf(keyIds: Iterable<string>): Promise<Callers>;
  /** Present devices of the accounts; rejects where they cannot be looked up just now. */
  devicesOf(accounts: AccountIds): Promise<PresentOf>;
  /** Told of a fault of ours that a record ran into; never content. */
  fault(message: string): void;
}

/** Gives verdicts on batches of records: the keys and devices of a batch are looked up together, the rest is computed. */
export class Judge {
  private readonly authenticity: Authenticity;

  constructor(private readonly ports: JudgePorts) {
    this.authenticity = new Authenticity(ports.serviceKey);
  }

  async verdicts(records: readonly LogRecord[], catalog: Catalog, now: Instant): Promise<readonly Verdict[]> {
    const { codec, callersOf, devicesOf, fault } = this.ports;
    const keyIds = new Set(records.flatMap((record) => keyIdOf(record) ?? []));
    const callers = await callersOf(keyIds);
    const presentOf = await devicesOf(accountsOf(records));
    const grounds = { codec, authenticity: this.authenticity, callers, catalog, now, presentOf };
    return records.map((record) => verdictOf(record, grounds, (error) => fault(`the record at offset ${record.offset} met a fault of ours: ${messageOf(error)}`)));
  }

  /** The verdicts as an intake lane over that partition commits them. */
  async judge(partition: number, records: readonly LogRecord[], catalog: Catalog, now: Instant): Promise<readonly IntakeRequest[]> {
    const verdicts = await this.verdicts(records, catalog, now);
    return verdicts.map((verdict, index) => intakeRequestOf(verdict, { partition, offset: records[index]!.offset }));
  }
}

/** The two ends of each record's conversation, as its key has them: a record that has another is rejected for that. */
function accountsOf(records: readonly LogRecord[]): AccountIds {
  const ends = records.flatMap(({ key }) => (isId('Conversation', key) ? [partiesOf(key)] : []));
  return { business: [...new Set(ends.map(({ businessId }) => businessId))], contact: [...new Set(ends.map(({ contactId }) => contactId))] };
}
