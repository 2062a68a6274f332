import { describe, expect, it } from '@jest/globals';
import type { Runtime } from '../process/runtime.js';
import { Businesses } from './businesses.js';
import type { Caller } from './key-ring.js';

type Catalog = Readonly<Record<string, { readonly zone: string }>>;

describe('the business of a caller', () => {
  let catalog: Catalog = { acme: { zone: 'UTC' } };
  const runtime = { catalog: { view: () => ({ state: catalog, offset: 0 }) } } as unknown as Runtime;
  const businesses = new Businesses(runtime, (state: Catalog, businessId) => state[businessId] ?? null);
  const caller = (businessId: string): Caller => ({ businessId, scopes: new Set() }) as unknown as Caller;

  it('is as the catalog has it now', () => {
    expect(businesses.of(caller('acme'))).toEqual({ zone: 'UTC' });
    catalog = { acme: { zone: 'Asia/Tokyo' } };
    expect(businesses.of(caller('acme'))).toEqual({ zone: 'Asia/Tokyo' });
  });

  it.each(['*', 'nobody'])('is not found for %s, and the answer names the fix', (businessId) => {
    expect(() => businesses.of(caller(businessId))).toThrow(expect.objectContaining({ kind: 'not-found', message: expect.stringContaining('ask with a key of a business') }));
  });
});
