import type { Queryable } from '@parley/bus-postgres';
import { conversationIdOf } from '@parley/contracts';
import type { ArchivedMessage, ArchivedNumber, ArchiveFact, ToldFact } from '@parley/domain';

/**
 * A history's facts and, while it is folded, its messages: sorted by the database, so that neither an archive nor a year has to fit into memory. Texts
 * are compared byte by byte, as the fold compares them.
 */
export function factTablesSql(): string {
  return `
    create schema archive;
    create table archive.fact (
      conversation text collate "C" not null, at bigint not null, kind text collate "C" not null, message text collate "C" not null,
      body text collate "C" not null, source text collate "C" not null,
      primary key (conversation, at, kind, message, body)
    );
    create table archive.number (business text not null, number text not null, phone text, primary key (business, number));
    create table archive.message (
      delivered_at bigint not null, sent_at bigint not null, conversation text collate "C" not null, message text collate "C" not null, body text not null,
      primary key (delivered_at, sent_at, conversation, message)
    );`;
}

const batch = 2_000;

/** Takes facts in, each once. */
export class FactWriter {
  #rows: { readonly fact: ArchiveFact; readonly source: string }[] = [];
  readonly #numbers = new Map<string, ArchivedNumber>();
  /** Facts that came before, in this import or an earlier one. */
  repeated = 0;
  taken = 0;

  constructor(private readonly transaction: Queryable) {}

  async take(facts: readonly ArchiveFact[], numbers: readonly ArchivedNumber[], source: string): Promise<void> {
    for (const fact of facts) this.#rows.push({ fact, source });
    for (const number of numbers) {
      const key = `${number.businessId} ${number.numberId}`;
      if (number.phone !== null || !this.#numbers.has(key)) this.#numbers.set(key, number);
    }
    if (this.#rows.length >= batch) await this.#write();
  }

  async end(): Promise<void> {
    if (this.#rows.length > 0) await this.#write();
    for (const { businessId, numberId, phone } of this.#numbers.values()) {
      await this.transaction.query('insert into archive.number values ($1, $2, $3) on conflict (business, number) do update set phone = coalesce(excluded.phone, number.phone)', [businessId, numberId, phone]);
    }
  }

  async #write(): Promise<void> {
    const rows = this.#rows;
    this.#rows = [];
    const { rowCount } = await this.transaction.query(
      'insert into archive.fact select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) on conflict do nothing',
      [
        rows.map(({ fact }) => conversationIdOf(fact.businessId, fact.contactId)), rows.map(({ fact }) => fact.at), rows.map(({ fact }) => fact.kind),
        rows.map(({ fact }) => fact.messageId), rows.map(({ fact }) => JSON.stringify(fact)), rows.map(({ source }) => source),
      ],
    );
    this.taken += rowCount;
    this.repeated += rows.length - rowCount;
  }
}

const page = 5_000;

export async function factsIn(transaction: Queryable): Promise<number> {
  const { rows } = await transaction.query<{ facts: number }>('select count(*) as facts from archive.fact');
  return rows[0]!.facts;
}

/** All facts, conversation by conversation. */
export async function* conversationsIn(transaction: Queryable): AsyncGenerator<readonly ToldFact[]> {
  let current = '';
  let told: ToldFact[] = [];
  for await (const { conversation, body, source } of rowsOf<{ conversation: string; body: string; source: string }>(transaction, 'facts', 'select conversation, body, source from archive.fact order by conversation, at, kind, message, body')) {
    if (conversation !== current) {
      if (told.length > 0) yield told;
      [current, told] = [conversation, []];
    }
    told.push({ fact: JSON.parse(body) as ArchiveFact, source });
  }
  if (told.length > 0) yield told;
}

export async function keepMessages(transaction: Queryable, messages: readonly ArchivedMessage[]): Promise<void> {
  await transaction.query('insert into archive.message select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])', [
    messages.map(({ usage }) => usage.deliveredAt), messages.map(({ usage }) => usage.sentAt), messages.map(({ usage }) => usage.message.conversationId),
    messages.map(({ usage }) => usage.message.messageId), messages.map((message) => JSON.stringify(message)),
  ]);
}

/** The folded messages in the order of usage. */
export async function* messagesIn(transaction: Queryable): AsyncGenerator<ArchivedMessage> {
  for await (const { body } of rowsOf<{ body: string }>(transaction, 'messages', 'select body from archive.message order by delivered_at, sent_at, conversation, message')) yield JSON.parse(body) as ArchivedMessage;
}

async function* rowsOf<Row>(transaction: Queryable, cursor: 'facts' | 'messages', select: string): AsyncGenerator<Row> {
  await transaction.query(`declare ${cursor} no scroll cursor for ${select}`);
  for (;;) {
    const { rows } = await transaction.query<Row>(`fetch ${page} from ${cursor}`);
    yield* rows;
    if (rows.length < page) break;
  }
  await transaction.query(`close ${cursor}`);
}
