import type { EntityManager } from 'typeorm';

/** A conversation whose contact wrote so lately that it is open. Instants are epoch ms. */
export interface OpenWindow {
  readonly conversationId: string;
  readonly contactId: string;
  readonly lastInboundAt: number;
  /** Of the contact, by the latest word of the verified directory that came with a message; null where no stretch of the conversation is known yet. */
  readonly market: string | null;
}

/** A place in the list: the last window that was given out. */
export type OpenPlace = readonly [lastInboundAt: number, conversationId: string];

/** Open are those whose contact wrote after `since`: the ones that close first come first. By the index on these very columns; the market of each one given out from its latest stretch. */
export async function openWindows(manager: EntityManager, businessId: string, since: number, after: OpenPlace | null, limit: number): Promise<readonly OpenWindow[]> {
  const sql = `
    select conversation_id as "conversationId", contact_id as "contactId", last_inbound_at as "lastInboundAt",
      (select r.market from "windows"."reply" r where r.conversation_id = w.conversation_id and r.business_id = $1 order by r.number desc limit 1) as market
    from "windows"."window" w
    where business_id = $1 and last_inbound_at > $2 and (last_inbound_at, conversation_id) > ($3, $4)
    order by last_inbound_at, conversation_id limit $5`;
  const [lastInboundAt, conversationId] = after ?? [since, ''];
  const rows: unknown = await manager.query(sql, [businessId, since, lastInboundAt, conversationId, limit]);
  return (rows as readonly (Omit<OpenWindow, 'lastInboundAt'> & { readonly lastInboundAt: string | number })[]).map((row) => ({ ...row, lastInboundAt: Number(row.lastInboundAt) }));
}

/** How many are open, and how many contacts of those wrote at each of these instants or before. */
export async function countOpen(manager: EntityManager, businessId: string, since: number, until: readonly number[]): Promise<{ readonly total: number; readonly upTo: readonly number[] }> {
  const counts = until.map((_, index) => `, count(*) filter (where last_inbound_at <= $${index + 3})::int as n${index}`).join('');
  const sql = `select count(*)::int as total${counts} from "windows"."window" where business_id = $1 and last_inbound_at > $2`;
  const rows: unknown = await manager.query(sql, [businessId, since, ...until]);
  const [row] = rows as readonly { readonly [name: string]: number }[];
  return { total: row!['total']!, upTo: until.map((_, index) => row![`n${index}`]!) };
}
