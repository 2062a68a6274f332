import { CATEGORY_SYMBOLS, TEMPLATE_STATUS_SYMBOLS, type ParameterShape } from '@parley/contracts';
import { PlatformError } from '@parley/sdk';
import type { Draft } from '../wire/published.js';
import type { Template } from '../wire/template.js';
import type { Platform } from './platform.js';

const keptMs = 60_000;
const askAgainMs = 2_000;

/** The business's templates, remembered for a minute. */
export class Templates {
  private list: readonly Template[] | null = null;
  private askedAt = 0;
  private asking: Promise<readonly Template[]> | null = null;

  constructor(
    private readonly platform: Pick<Platform, 'templates' | 'publish'>,
    private readonly now: () => number,
    /** Whether the business has deleted it: the platform, which needs it for what was sent, lists it still. */
    private readonly isDeleted: (template: Template) => boolean,
  ) {}

  /** What is remembered, while it is fresh or the platform cannot be reached. Throws PlatformError where nothing is remembered. */
  async all(): Promise<readonly Template[]> {
    if (this.list !== null && this.now() - this.askedAt < keptMs) return this.listed;
    try {
      return await this.ask();
    } catch (error) {
      if (this.list === null) throw error;
      return this.listed;
    }
  }

  /** For when the remembered ones do not fit a request: they may have changed. Asks at most every two seconds. */
  async newer(): Promise<readonly Template[]> {
    return this.list !== null && this.now() - this.askedAt < askAgainMs ? this.listed : await this.ask();
  }

  /** What the platform lists just now. */
  fresh(): Promise<readonly Template[]> {
    return this.ask();
  }

  /** Publishes a new version, and remembers it. Throws PlatformError. */
  async publish(draft: Draft, idempotencyKey: string): Promise<Template> {
    const published = await this.platform.publish(draft, idempotencyKey);
    if (this.list !== null) this.list = [...this.list.filter(({ name, language }) => name !== published.name || language !== published.language), published];
    return published;
  }

  private get listed(): readonly Template[] {
    return (this.list ?? []).filter((template) => !this.isDeleted(template));
  }

  private async ask(): Promise<readonly Template[]> {
    this.asking ??= this.platform.templates().finally(() => (this.asking = null));
    this.list = await this.asking;
    this.askedAt = this.now();
    return this.listed;
  }
}

type Fields = { readonly [name: string]: unknown };

/** Reads the answer of `GET /notifications/v1/templates`: `{data: [template, …]}`. Throws PlatformError of kind 'answer'. */
export function readTemplates(answer: unknown): readonly Template[] {
  const { data } = (answer ?? {}) as Fields;
  if (!Array.isArray(data)) throw wrongAnswer();
  return data.map(readTemplate);
}

/** Reads one. Throws PlatformError of kind 'answer'. */
export function readTemplate(value: unknown): Template {
  const { name, language, version, category, status, body, parameters, hash } = (value ?? {}) as Fields;
  const known = { category: CATEGORY_SYMBOLS.find((one) => one === category), status: TEMPLATE_STATUS_SYMBOLS.find((one) => one === status) };
  const texts = [name, language, body, hash].every((text) => typeof text === 'string');
  if (!texts || typeof version !== 'number' || known.category === undefined || known.status === undefined) throw wrongAnswer();
  return { name, language, version, body, hash, ...known, parameters: readShapes(parameters) } as Template;
}

function readShapes(value: unknown): readonly ParameterShape[] {
  if (!Array.isArray(value)) throw wrongAnswer();
  return value.map((shape) => {
    const { component, kinds } = (shape ?? {}) as Fields;
    if (typeof component !== 'string' || !Array.isArray(kinds)) throw wrongAnswer();
    return { component, kinds: kinds.map(String) };
  });
}

function wrongAnswer(): PlatformError {
  return new PlatformError({ kind: 'answer', status: 200, title: 'The platform answered in a form this version does not know', detail: 'GET /notifications/v1/templates' });
}
