import { dropReportViewSql, reportViewSql } from '@parley/bus-postgres';
import type { ReportView } from '@parley/bus-postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Class } from '../process/service.js';

/** Rows that show messages under way, apart from what was counted. */
export interface RowsUnderWay {
  /** A projection of the service, with `business_id` and `status`. */
  readonly table: string;
  readonly status: string;
  /** The word that they are counted under, by `rows`. */
  readonly what: string;
}

/** The view of a service's books, in which messages are counted: `message_counts_<schema>`. */
export function messageCountsView(schema: string, rows?: RowsUnderWay): ReportView {
  const counted = `select business_id, split_part(lane, '/', 1) as counted_by, split_part(lane, '/', 2)::integer as partition, what, count as messages from "${schema}"."tally"`;
  const read = `select '*', split_part(lane, '/', 1), split_part(lane, '/', 2)::integer, 'offset', next_offset from "${schema}"."lane" where lane !~ '/http/' and next_offset >= 0`;
  const shown = rows && `select business_id, 'rows', source_partition, '${rows.what}', count(*) from "${schema}"."${rows.table}" where status = '${rows.status}' group by business_id, source_partition`;
  return {
    name: `message_counts_${schema}`,
    about: `What ${schema} has counted of messages, for the check that none is lost: accepted = charged + free + refused + failed + pending.`,
    columns: {
      business_id: ['c.business_id', 'Business that sends; * on an offset.'],
      counted_by: ['c.counted_by', 'Whose count it is: lanes of this name; or rows, which are counted now and read a whole table.'],
      partition: ['c.partition', 'Partition of the log that was read.'],
      what: ['c.what', 'What was counted, such as accepted, sent or charged; offset: how far the lane has read.'],
      messages: ['c.messages', 'How many messages; the next offset.'],
    },
    from: `from (${counted} union all ${read}${shown ? ` union all ${shown}` : ''}) c`,
    business: 'c.business_id',
  };
}

export function messageCountsMigration(schema: string, rows?: RowsUnderWay): Class {
  const view = messageCountsView(schema, rows);
  return class MessageCounts1764970000000 implements MigrationInterface {
    readonly name = 'MessageCounts1764970000000';

    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(reportViewSql(view));
    }

    async down(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query(dropReportViewSql(view));
    }
  };
}
