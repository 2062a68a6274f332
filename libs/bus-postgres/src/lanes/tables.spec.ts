import { describe, expect, it } from '@jest/globals';
import type { Table } from '@parley/contracts';
import { Projections } from './projections.js';
import { laneTablesSql, projectionTableSql } from './tables.js';

const table: Table = { name: 'item', key: ['id'], columns: { id: { type: 'text' }, business_id: { type: 'text' }, at: { type: 'bigint', nullable: true } } };

describe('tables', () => {
  it('of a projection need a tenant on every row', () => {
    expect(projectionTableSql('billing', table)).toContain('"business_id" text not null');
    for (const business of [undefined, { type: 'text', nullable: true }, { type: 'bigint' }] as const) {
      const { business_id: _, ...columns } = table.columns;
      const without: Table = { ...table, columns: business ? { ...columns, business_id: business } : columns };
      expect(() => projectionTableSql('billing', without)).toThrow('business_id');
    }
  });

  it('of a projection need columns for their key', () => {
    expect(() => projectionTableSql('billing', { ...table, key: [] })).toThrow('key');
    expect(() => projectionTableSql('billing', { ...table, key: ['other'] })).toThrow('other');
  });

  it('have plain names', () => {
    for (const name of ['a"b', 'A', '', 'a b', 'drop table x;']) {
      expect(() => laneTablesSql(name)).toThrow(RangeError);
      expect(() => projectionTableSql('billing', { ...table, name })).toThrow(RangeError);
    }
  });

  it('have one topology that writes them', () => {
    expect(() => new Projections('billing', [{ name: 'one', tables: [table] }, { name: 'two', tables: [table] }])).toThrow('two topologies');
  });
});
