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
  /** The FROM clause. */
  readonly from: string;
  /** A condition on the rows; left out: all. */
  readonly where?: string;
  /** The column expression that tells whose a row is. */
  readonly business: string;
  readonly groupBy?: string;
}

/**
 * Makes a view in the report schema, or makes it anew (for a migration; its owner, the schema's runner, sees all rows). It shows all businesses, or the
 * one that the setting `parley.business_id` names. No security barrier: whoever writes SQL can change the setting, so that a barrier would keep
 * nobody out, and would keep the planner from an index that is in the order asked for.
 */
export function reportViewSql({ name, about, columns, from, where, business, groupBy }: ReportView): string {
  const view = `${identifier(reportSchema)}.${identifier(name)}`;
  const list = Object.entries(columns).map(([column, [expression]]) => `${expression} as ${identifier(column)}`);
  const comments = Object.entries(columns).map(([column, [, text]]) => `comment on column ${view}.${identifier(column)} is ${quoted(text)};`);
  return `
    create or replace view ${view} as
      select ${list.join(',\n        ')}
      ${from} where ${where === undefined ? '' : `${where} and `}${isShown(business)}
      ${groupBy === undefined ? '' : `group by ${groupBy}`};
    comment on view ${view} is ${quoted(about)};
    ${comments.join('\n    ')}
    grant select on ${view} to ${identifier(reportRole)};`;
}

/** Epoch milliseconds as a timestamptz: an expression that can be indexed, which adding an interval is not. */
export function instantSql(column: string): string {
  return `to_timestamp(${column} / 1000.0)`;
}

/** Micros as a decimal number of the currency's main unit. */
export function amountSql(micros: string): string {
  return `((${micros}) * 0.000001)::numeric(20, 6)`;
}

/** Asked of the setting once a query, not once a row. Within `coalesce`, so that the planner does not take it for a condition that few rows meet. */
function isShown(business: string): string {
  return `coalesce(${business} = (select nullif(nullif(${viewerSetting('business')}, ''), '*')), true)`;
}

export function dropReportViewSql({ name }: Pick<ReportView, 'name'>): string {
  return `drop view ${identifier(reportSchema)}.${identifier(name)};`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
