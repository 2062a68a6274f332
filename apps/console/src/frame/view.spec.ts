import { describe, expect, it } from '@jest/globals';
import { firstView, readView, writeView } from './view.js';
import type { View } from './view.js';

describe('a view', () => {
  it('is in the address, whole', () => {
    const view: View = { name: 'charges', range: { from: '2026-11-01', to: '2026-11-30' }, day: '2026-11-21', market: 'Côte d’Ivoire & more', paid: 'paid', lateAt: { weekday: 6, hour: 0 }, charge: 'x/1', rules: 'catalog/mine/2' };
    expect(readView(writeView(view))).toEqual(view);
    expect(writeView(firstView)).toBe('');
    expect(readView('')).toEqual(firstView);
  });

  it('leaves out what cannot be understood', () => {
    for (const search of ['?view=none', '?from=2026-02-30&to=2026-03-01', '?from=2026-03-02&to=2026-03-01', '?from=2026-03-01', '?day=x', '?paid=maybe', '?late=8-0', '?late=1-24', '?late=1']) expect([search, readView(search)]).toEqual([search, firstView]);
  });
});
