import { identifier } from './database.js';
import { reportRole, reportSchema } from './roles.js';
import { viewerSetting } from './tenancy.js';

/** A view of the contract for those who ask in SQL. What it shows is promised: a column is added, never changed; else there is a next version beside. */
export interface ReportView {
  readonly name: string;
  /** What a row is; PostgreSQL keeps it with the view. */
  readonly about: string;
  /** Column → its expression, and what it is, with its unit. `business_id` is one of them. */
  readonly columns: { readonly [column: string]: readonly [expression: string, about: string] };
  /** From the FROM on. */
  readonly from: string;
  /** The column expression that tells whose a row is. */
  readonly business: string;
  readonly groupBy?: string;
}

/**
 * Makes a view in the report schema (for a migration; its owner, the schema's runner, sees all rows). It shows all businesses, or the one that the
 * setting `parley.business_id` names. A barrier: no function in a query sees a row that the view does not show.
 */
export function reportViewSql({ name, about, columns, from, business, groupBy }: ReportView): string {
  const view = `${identifier(reportSchema)}.${identifier(name)}`;
  const list = Object.entries(columns).map(([column, [expression]]) => `${expression} as ${identifier(column)}`);
  const comments = Object.entries(columns).map(([column, [, text]]) => `comment on column ${view}.${identifier(column)} is ${quoted(text)};`);
  return `
    create view ${view} with (security_barrier) as
      select ${list.join(',\n        ')}
      ${from}${/\bwhere\b/i.test(from) ? ' and' : ' where'} coalesce(nullif(${viewerSetting('business')}, ''), '*') in ('*', ${business})
      ${groupBy === undefined ? '' : `group by ${groupBy}`};
    comment on view ${view} is ${quoted(about)};
    ${comments.join('\n    ')}
    grant select on ${view} to ${identifier(reportRole)};`;
}

export function dropReportViewSql({ name }: Pick<ReportView, 'name'>): string {
  return `drop view ${identifier(reportSchema)}.${identifier(name)};`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
