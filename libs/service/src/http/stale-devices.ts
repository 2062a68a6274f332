import { Problem } from './problem.js';

/** An account whose devices are others than an envelope was sealed for. */
export interface OtherDevices {
  readonly accountId: string;
  readonly listVersion: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** The refusal that tells a sender whom to seal for. */
export function staleDevices(accounts: readonly OtherDevices[]): Problem {
  const detail = `The message was sealed for other devices than there are now: see accounts. Fetch their lists (GET /delivery/v1/keys/accounts/{accountId}), seal it again, and send it with a new Idempotency-Key.`;
  return new Problem('stale-devices', detail, [], {}, { accounts });
}
