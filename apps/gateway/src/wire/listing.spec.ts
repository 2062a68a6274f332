import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageOf, selected, type Listing, type PageQuery } from './listing.js';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
}

const items = (count: number): readonly Item[] => Array.from({ length: count }, (_, n) => ({ id: `i${n}`, name: `n${n}`, kind: n % 2 === 0 ? 'EVEN' : 'ODD' }));
const listing = (all: readonly Item[]): Listing<Item> => ({ items: all, usual: ['id', 'name'], filters: { kind: ({ kind }, wanted) => wanted.includes(kind.toLowerCase()) } });
const page = (all: readonly Item[], query: PageQuery = {}) => pageOf(listing(all), query, 'http://here/list');
const ids = ({ data }: { readonly data: readonly object[] }) => (data as Item[]).map(({ id }) => id);

describe('a list in pages', () => {
  it('gives every item once, forwards and backwards, whatever the size of a page', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }), (count, size) => {
      const all = items(count);
      const forwards: string[] = [];
      let last = page(all, { limit: String(size) });
      for (forwards.push(...ids(last)); last.paging.next !== undefined; forwards.push(...ids(last))) last = page(all, { limit: String(size), after: last.paging.cursors.after! });
      expect(forwards).toEqual(ids({ data: all }));
      const backwards = [...ids(last)];
      for (; last.paging.previous !== undefined; backwards.unshift(...ids(last))) last = page(all, { limit: String(size), before: last.paging.cursors.before! });
      expect(backwards).toEqual(forwards);
    })); // prettier-ignore
  });

  it('goes on behind the same item when others came or went before it', () => {
    const { after } = page(items(10), { limit: '5' }).paging.cursors;
    expect(ids(page(items(10).slice(2), { after: after! }))).toEqual(['i5', 'i6', 'i7', 'i8', 'i9']);
    expect(ids(page([{ id: 'new', name: '', kind: '' }, ...items(10)], { after: after! }))).toEqual(['i5', 'i6', 'i7', 'i8', 'i9']);
    expect(ids(page(items(10).filter(({ id }) => id !== 'i4'), { after: after! }))).toEqual(['i5', 'i6', 'i7', 'i8', 'i9']); // The item itself is gone.
  });

  it('links to the pages beside it, with what was asked for', () => {
    const { paging } = page(items(9), { limit: '2', kind: 'even', after: page(items(9), { limit: '1', kind: 'EVEN' }).paging.cursors.after! });
    expect(paging.next).toBe(`http://here/list?limit=2&kind=even&after=${paging.cursors.after}`);
    expect(paging.previous).toBe(`http://here/list?limit=2&kind=even&before=${paging.cursors.before}`);
    expect(page(items(2)).paging).toEqual({ cursors: { before: expect.any(String), after: expect.any(String) } });
    expect(page([])).toEqual({ data: [], paging: { cursors: {} } });
  });

  it.each([['even', 5], ['EVEN', 5], ['["EVEN","ODD"]', 10], ['even, odd', 10], ['neither', 0], ['', 10]])('is narrowed by %s to %d', (kind, count) => {
    expect(page(items(10), { kind }).data).toHaveLength(count);
  });

  it('turns round when it is told to', () => {
    expect(ids(page(items(3), { order: 'DESC' }))).toEqual(['i2', 'i1', 'i0']);
  });

  it.each([{ limit: '0' }, { limit: '1001' }, { limit: 'x' }, { after: 'x' }, { before: '!' }, { after: 'MDppMA', before: 'MDppMA' }])('refuses %j', (query) => {
    expect(() => page(items(3), query)).toThrow(/\(#100\)/);
  });
});

describe('the fields of an item', () => {
  const [item] = items(1);
  it.each([[undefined, ['id', 'name']], ['', ['id', 'name']], ['kind', ['id', 'kind']], ['name,kind', ['id', 'name', 'kind']], ['health_status{a,name{b}},kind.limit(1,name)', ['id', 'kind']], ['no_such', ['id']]])('%s are %j', (fields, names) => {
    expect(Object.keys(selected(item!, fields, ['id', 'name']))).toEqual(names);
  });
});
