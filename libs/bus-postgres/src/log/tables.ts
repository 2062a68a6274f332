import { identifier, schemaSql } from '../database/database.js';

/**
 * The embedded log's tables. `head` has a row per partition; whoever appends locks it, so offsets have no holes and become visible in order
 * (a sequence promises neither). `batch` has a row per append.
 */
export function logTablesSql(schema = 'log'): string {
  const log = identifier(schema);
  return `
    ${schemaSql(schema)}
    create table ${log}.head (
      topic text not null,
      partition integer not null,
      first bigint not null default 0,
      next bigint not null default 0,
      primary key (topic, partition)
    ) with (fillfactor = 20);
    create table ${log}.batch (
      topic text not null,
      partition integer not null,
      base bigint not null,
      count integer not null,
      appended_at bigint not null,
      bytes bytea not null,
      primary key (topic, partition, base)
    );
    alter table ${log}.batch alter column bytes set storage external;
    comment on column ${log}.head.first is 'offset of the first record still kept';
    comment on column ${log}.head.next is 'offset the next record gets';
    comment on column ${log}.batch.base is 'offset of the first record; the others follow on';
    comment on column ${log}.batch.appended_at is 'epoch milliseconds, for retention only';
    comment on column ${log}.batch.bytes is 'the records, framed; uncompressed, for most of it is ciphertext';`;
}
