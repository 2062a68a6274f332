import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export type Json = Readonly<Record<string, unknown>>;

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly said: {
    readonly parameters?: readonly { readonly name: string; readonly in: string }[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
    readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>>;
    readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  };
}

export interface Documentation {
  readonly operations: readonly Operation[];
  /** Null where an answer is as the operation says; else what is wrong with it. */
  fault(answer: Heard): string | null;
}

/** An answer that came over HTTP. */
export interface Heard {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** What OpenAPI documents say of the paths they describe, all in one. */
export function documentation(documents: readonly Json[]): Documentation {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addFormat('date-time', true); // Seconds may be left out in what we take; what we give has them.
  documents.forEach((document, index) => ajv.addSchema({ ...document, $id: `document:${index}` }));
  const operations = documents.flatMap((document, index) =>
    Object.entries(document['paths'] as Record<string, Record<string, Operation['said']>>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, said]) => ({ method: method.toUpperCase(), path, said, document: `document:${index}` })),
    ),
  );
  const fault = ({ method, path, status, type, text }: Heard): string | null => {
    const found = operations.filter((one) => one.method === method && fits(one.path, path)).sort((a, b) => fixedSteps(b.path) - fixedSteps(a.path))[0];
    if (found === undefined) return `no document has ${method} ${path}`;
    const answer = found.said.responses[status] ?? found.said.responses['default'];
    if (answer === undefined) return `${method} ${found.path} says nothing of ${status}`;
    if (answer.content === undefined) return text === '' ? null : `${method} ${found.path} ${status} has a body`;
    const media = type.split(';', 1)[0]!.trim();
    const content = answer.content[media];
    if (content === undefined) return `${method} ${found.path} ${status} is ${media}`;
    const pointer = ['paths', found.path, method.toLowerCase(), 'responses', String(status in found.said.responses ? status : 'default'), 'content', media, 'schema'].map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')));
    const validate = ajv.getSchema(`${found.document}#/${pointer.join('/')}`)!;
    const body: unknown = media.endsWith('json') ? JSON.parse(text) : text;
    return validate(body) ? null : `${method} ${found.path} ${status}: ${ajv.errorsText(validate.errors)}`;
  };
  return { operations, fault };
}

function fits(pattern: string, path: string): boolean {
  const [steps, actual] = [pattern.split('/'), path.split('/')];
  return steps.length === actual.length && steps.every((step, index) => step === actual[index] || (step.startsWith('{') && actual[index] !== ''));
}

function fixedSteps(path: string): number {
  return path.split('/').filter((step) => !step.startsWith('{')).length;
}

/** Hears every answer that this process gets over HTTP from now on. */
export function listen(): { readonly heard: readonly Heard[]; stop(): void } {
  const heard: Heard[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init);
    const request = input instanceof Request ? input : null;
    const url = new URL(request?.url ?? String(input));
    const answer = { method: init?.method ?? request?.method ?? 'GET', path: url.pathname, status: response.status, type: response.headers.get('content-type') ?? '' };
    const copy = response.clone();
    heard.push({ ...answer, text: await copy.text() });
    return response;
  };
  return { heard, stop: () => void (globalThis.fetch = original) };
}
