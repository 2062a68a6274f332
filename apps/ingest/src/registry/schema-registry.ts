import { canonicalOf, hasLimits, incompatibilities, nodeOf, sentenceOf } from '@parley/contracts';
import type { RegisteredSchema, SchemaNode, Subject } from '@parley/contracts';
import { answer, lastingAnswer, refuse } from './answer.js';
import type { Answer } from './answer.js';
import { schemaRequestOf } from './schema-request.js';

/** How versions of a subject relate, for ever: each reads what every other wrote. */
const compatibilityLevel = 'FULL_TRANSITIVE';
const mode = 'READONLY';

/** Which rows of a list: those after `offset`, at most `limit`; negative or missing means all. */
export interface Page {
  readonly offset: number | null;
  readonly limit: number | null;
}

/** The questions of Confluent's Schema Registry, answered from what contracts registered. Nothing here can be changed while it runs. */
export class SchemaRegistry {
  private readonly subjects: ReadonlyMap<string, Subject>;
  private readonly ids = new Map<number, { readonly entry: RegisteredSchema; readonly subjects: readonly Subject[] }>();
  private readonly parsed = new Map<number, SchemaNode>();

  constructor(subjects: readonly Subject[]) {
    this.subjects = new Map(subjects.map((subject) => [subject.name, subject]));
    for (const subject of subjects) {
      for (const entry of subject.versions) this.ids.set(entry.id, { entry, subjects: [...(this.ids.get(entry.id)?.subjects ?? []), subject] });
    }
  }

  /** What is here, for a person; not Confluent's. */
  index(): Answer {
    const subjects = [...this.subjects.values()].map(({ name, topic, versions }) => ({ subject: name, topic, ids: versions.map(({ id }) => id) }));
    return answer({ about: 'A schema registry that is only read, as Confluent’s clients know it.', subjectNames: 'TopicRecordNameStrategy', compatibilityLevel, mode, subjects });
  }

  list({ prefix, deletedOnly, page }: { readonly prefix: string | null; readonly deletedOnly: boolean; readonly page: Page }): Answer {
    // ":*:" asks for every context; there is one.
    const start = prefix === null || prefix === ':*:' ? '' : prefix.replace(/^:\.?:/, '');
    const names = [...this.subjects.keys()].filter((name) => name.startsWith(start));
    return answer(deletedOnly ? [] : paged(names, page));
  }

  /** Every version of every subject, or the newest only. */
  schemas({ prefix, latestOnly, page }: { readonly prefix: string | null; readonly latestOnly: boolean; readonly page: Page }): Answer {
    const start = prefix === null || prefix === ':*:' ? '' : prefix.replace(/^:\.?:/, '');
    const rows = [...this.subjects.values()]
      .filter(({ name }) => name.startsWith(start))
      .flatMap((subject) => (latestOnly ? subject.versions.slice(-1) : subject.versions).map((entry) => shown(subject, entry)));
    return answer(paged(rows, page));
  }

  versions(name: string, { deletedOnly }: { readonly deletedOnly: boolean }): Answer {
    return this.under(name, ({ versions }) => answer(deletedOnly ? [] : versions.map(({ version }) => version)));
  }

  version(name: string, version: string): Answer {
    return this.atVersion(name, version, (subject, entry) => answer(shown(subject, entry)));
  }

  versionSchema(name: string, version: string): Answer {
    return this.atVersion(name, version, (_, entry) => answer(entry.schema));
  }

  /** Schemas that refer to this one: none do, each is whole. */
  referencedBy(name: string, version: string): Answer {
    return this.atVersion(name, version, () => answer([]));
  }

  /** An id says it all: the subject that clients name with it means a context to Confluent's, and there is one. */
  byId(id: string, { withMaxId }: { readonly withMaxId: boolean }): Answer {
    return this.atId(id, (entry) => lastingAnswer({ schema: textOf(entry), ...(withMaxId ? { maxId: Math.max(...this.ids.keys()) } : {}) }));
  }

  schemaById(id: string): Answer {
    return this.atId(id, (entry) => lastingAnswer(entry.schema));
  }

  subjectsOfId(id: string): Answer {
    return this.atId(id, (_, subjects) => answer(subjects.map(({ name }) => name)));
  }

  versionsOfId(id: string): Answer {
    return this.atId(id, ({ version }, subjects) => answer(subjects.map(({ name }) => ({ subject: name, version }))));
  }

  types(): Answer {
    return answer(['AVRO']);
  }

  /** Under which id and version a schema is known. */
  lookUp(name: string, body: unknown): Answer {
    return this.under(name, (subject) => {
      const request = schemaRequestOf(body);
      if (request.kind === 'refused') return request.answer;
      const entry = this.find(subject, request.schema);
      return entry === undefined ? refuse('schemaNotFound', 'Schema not found') : answer(shown(subject, entry));
    });
  }

  /** Registers nothing. But a schema that is known already has its id, as with Confluent's: serializers that register before they write just work. */
  register(name: string, body: unknown): Answer {
    const request = schemaRequestOf(body);
    if (request.kind === 'refused') return request.answer;
    const subject = this.subjects.get(name);
    const entry = subject && this.find(subject, request.schema);
    return entry === undefined ? this.notPermitted(name) : answer({ id: entry.id });
  }

  /** Whether a schema might follow: all versions, or the one that is named. */
  compatibility(name: string, { version, verbose, body }: { readonly version: string | null; readonly verbose: boolean; readonly body: unknown }): Answer {
    const request = schemaRequestOf(body);
    if (request.kind === 'refused') return request.answer;
    // Of a subject that nobody knows, anything may be the first version.
    if (version === null) return this.judged(request.schema, this.subjects.get(name)?.versions ?? [], verbose);
    return this.atVersion(name, version, (_, entry) => this.judged(request.schema, [entry], verbose));
  }

  config(): Answer {
    return answer({ compatibilityLevel });
  }

  subjectConfig(name: string, { orGlobal }: { readonly orGlobal: boolean }): Answer {
    if (this.subjects.has(name) || orGlobal) return this.config();
    return refuse('subjectNotConfigured', `Subject '${name}' does not have subject-level compatibility configured`);
  }

  mode(): Answer {
    return answer({ mode });
  }

  subjectMode(name: string, { orGlobal }: { readonly orGlobal: boolean }): Answer {
    if (this.subjects.has(name) || orGlobal) return this.mode();
    return refuse('subjectModeNotConfigured', `Subject '${name}' does not have subject-level mode configured`);
  }

  /** The answer to whatever would change something. Null for the registry as a whole. */
  notPermitted(name: string | null): Answer {
    const what = name === null ? 'The registry' : `Subject ${name}`;
    return refuse('notPermitted', `${what} is in read-only mode: schemas are registered by a release of Parley`);
  }

  private judged(schema: SchemaNode, earlier: readonly RegisteredSchema[], verbose: boolean): Answer {
    const faults = incompatibilities(schema, earlier.map((entry) => ({ version: entry.version, schema: this.nodeOf(entry) })));
    const told = faults.map((fault) => `{errorType:'${fault.kind}', description:'${sentenceOf(fault)}', path:'${fault.path}', oldSchemaVersion:${fault.earlier}}`);
    return answer({ is_compatible: faults.length === 0, ...(verbose ? { messages: faults.length === 0 ? [] : [...told, `{compatibility: '${compatibilityLevel}'}`] } : {}) });
  }

  /** The newest version that says the same. A client whose tools dropped our limits wrote the same bytes, and finds it too. */
  private find({ versions }: Subject, schema: SchemaNode): RegisteredSchema | undefined {
    const options = { limits: hasLimits(schema) };
    const wanted = canonicalOf(schema, options);
    return versions.findLast((entry) => canonicalOf(this.nodeOf(entry), options) === wanted);
  }

  private nodeOf(entry: RegisteredSchema): SchemaNode {
    const node = this.parsed.get(entry.id) ?? nodeOf(entry.schema);
    this.parsed.set(entry.id, node);
    return node;
  }

  private under(name: string, then: (subject: Subject) => Answer): Answer {
    const subject = this.subjects.get(name);
    return subject === undefined ? refuse('subjectNotFound', `Subject '${name}' not found.`) : then(subject);
  }

  private atVersion(name: string, version: string, then: (subject: Subject, entry: RegisteredSchema) => Answer): Answer {
    return this.under(name, (subject) => {
      if (version === 'latest' || version === '-1') return then(subject, subject.versions.at(-1)!);
      const wanted = wholeNumber(version);
      if (wanted === null) return refuse('invalidVersion', `The specified version '${version}' is not a valid version id. Allowed values are between [1, 2^31-1] and the string "latest"`);
      const entry = subject.versions.find((one) => one.version === wanted);
      return entry === undefined ? refuse('versionNotFound', `Version ${wanted} not found.`) : then(subject, entry);
    });
  }

  private atId(text: string, then: (entry: RegisteredSchema, subjects: readonly Subject[]) => Answer): Answer {
    const id = wholeNumber(text);
    const found = id === null ? undefined : this.ids.get(id);
    return found === undefined ? refuse('schemaNotFound', `Schema ${text} not found`) : then(found.entry, found.subjects);
  }
}

function shown({ name }: Subject, entry: RegisteredSchema): object {
  return { subject: name, version: entry.version, id: entry.id, schema: textOf(entry) };
}

/** Self-contained: every named type is written out where it is first used. */
function textOf({ schema }: RegisteredSchema): string {
  return JSON.stringify(schema);
}

function wholeNumber(text: string): number | null {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return value >= 1 && value < 2 ** 31 ? value : null;
}

function paged<T>(rows: readonly T[], { offset, limit }: Page): readonly T[] {
  const from = Math.max(offset ?? 0, 0);
  return rows.slice(from, limit === null || limit < 0 ? undefined : from + limit);
}
