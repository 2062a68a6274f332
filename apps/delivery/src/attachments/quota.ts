/** How much an account may leave here in 24 hours. */
export interface Quota {
  readonly files: number;
  readonly bytes: number;
}

const GiB = 1024 ** 3;

/** A person's pictures of a day; a shop's brochures, each sent to many from one attachment. */
export const quotas = {
  contact: { files: 500, bytes: 2 * GiB },
  business: { files: 20_000, bytes: 50 * GiB },
} as const satisfies Record<string, Quota>;

export const quotaPeriodMs = 24 * 3_600_000;

/** Which of an account's limits one more file of so many bytes would break; null where it fits. */
export function overQuota(quota: Quota, used: Quota, bytes: number): 'files' | 'bytes' | null {
  if (used.files + 1 > quota.files) return 'files';
  return used.bytes + bytes > quota.bytes ? 'bytes' : null;
}
