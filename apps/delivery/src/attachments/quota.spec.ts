import { describe, expect, it } from '@jest/globals';
import { overQuota } from './quota.js';

describe('a quota', () => {
  const quota = { files: 2, bytes: 100 };

  it('is met to the last file and byte, and not beyond', () => {
    expect(overQuota(quota, { files: 0, bytes: 0 }, 100)).toBeNull();
    expect(overQuota(quota, { files: 1, bytes: 40 }, 60)).toBeNull();
    expect(overQuota(quota, { files: 1, bytes: 40 }, 61)).toBe('bytes');
    expect(overQuota(quota, { files: 2, bytes: 0 }, 0)).toBe('files');
  });
});
