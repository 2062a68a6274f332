import { describe, expect, it } from '@jest/globals';
import { systemRandom } from '@parley/crypto';
import { inboundWireId, newMessageId, wamidOf, wireIdOf } from './wamid.js';

describe('a wamid', () => {
  it('is the id behind a prefix, there and back', () => {
    const id = newMessageId(systemRandom);
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/); // As the platform's message ids have to be.
    expect(wireIdOf(wamidOf(id))).toBe(id);
    for (const other of ['', 'wamid.', 'wamid.a b', 'wamid.../x', id]) expect(wireIdOf(other)).toBeNull();
  });

  it('of what comes in is its own in every conversation, and the same each time', () => {
    expect(inboundWireId('b.c1', 'm')).toBe(inboundWireId('b.c1', 'm'));
    const ids = [inboundWireId('b.c1', 'm'), inboundWireId('b.c2', 'm'), inboundWireId('b.c1', 'm2')];
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(wireIdOf(wamidOf(id))).toBe(id);
  });
});
