import { rateColumns, type RateColumn } from './rate-card.js';

/** What a message costs under a rule: nothing, or the market's price in the policy's column of the rate card. */
export type Pricing = 'free' | 'rate';

/** What becomes of a free-form message after the free window: it is sent and priced, or refused before it is sent. */
export type LateReply = 'charge' | 'reject';

/** How one way of sending departs from the rest of the policy. */
export interface LaneTerms {
  /** Price of a free-form message, in the window and after it. */
  readonly freeForm: Pricing;
  /** `allow`: a late reply is sent even where the policy rejects them; `as_policy`: the policy's word holds. */
  readonly lateReply: 'allow' | 'as_policy';
}

/**
 * A pricing policy as data. Adding a price list is writing such a document; a document that this code does not understand to the last field
 * is refused, never half applied.
 */
export interface PolicyDocument {
  readonly format: 'parley-policy-1';
  /** One line for people. */
  readonly title: string;
  /** Hours after the contact's last message during which it may be answered freely; whole, 1 to 168. */
  readonly freeWindowHours: number;
  readonly lateReply: LateReply;
  readonly charge: {
    /** Free-form, sent inside the window. */
    readonly insideWindow: Pricing;
    /** Free-form, sent after it. */
    readonly lateFreeForm: Pricing;
    /** A template, whenever it is sent. */
    readonly template: Pricing;
  };
  /** Column of the rate card that holds the price of a message. */
  readonly rateColumn: RateColumn;
  /** Lanes with terms of their own. */
  readonly lanes: { readonly app?: LaneTerms };
}

/** A policy document that cannot be used; the message names the field. */
export class PolicyDocumentError extends SyntaxError {
  override readonly name = 'PolicyDocumentError';
}

/** Reads a policy document from JSON text. Throws a PolicyDocumentError naming the first field that is missing, unknown or wrong. */
export function parsePolicyDocument(text: string): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyDocumentError(`the policy is not JSON: ${(error as Error).message}`);
  }
  return readDocument(value);
}

function readDocument(value: unknown): PolicyDocument {
  const fields = readFields('', value, ['format', 'title', 'freeWindowHours', 'lateReply', 'charge', 'rateColumn', 'lanes']);
  const charge = readFields('charge', fields.charge, ['insideWindow', 'lateFreeForm', 'template']);
  const lanes = readFields('lanes', fields.lanes, ['app'], ['app']);
  return {
    format: readOneOf('format', fields.format, ['parley-policy-1']),
    title: readText('title', fields.title),
    freeWindowHours: readWhole('freeWindowHours', fields.freeWindowHours, 1, 168),
    lateReply: readOneOf('lateReply', fields.lateReply, ['charge', 'reject']),
    charge: {
      insideWindow: readPricing('charge.insideWindow', charge.insideWindow),
      lateFreeForm: readPricing('charge.lateFreeForm', charge.lateFreeForm),
      template: readPricing('charge.template', charge.template),
    },
    rateColumn: readOneOf('rateColumn', fields.rateColumn, rateColumns),
    lanes: lanes.app === undefined ? {} : { app: readLane('lanes.app', lanes.app) },
  };
}

function readLane(path: string, value: unknown): LaneTerms {
  const fields = readFields(path, value, ['freeForm', 'lateReply']);
  return {
    freeForm: readPricing(`${path}.freeForm`, fields.freeForm),
    lateReply: readOneOf(`${path}.lateReply`, fields.lateReply, ['allow', 'as_policy']),
  };
}

function readPricing(path: string, value: unknown): Pricing {
  return readOneOf(path, value, ['free', 'rate']);
}

function readFields<Name extends string>(path: string, value: unknown, names: readonly Name[], optional: readonly Name[] = []): { readonly [N in Name]?: unknown } {
  const here = path === '' ? 'the policy' : path;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new PolicyDocumentError(`${here} has to be an object`);
  for (const name of Object.keys(value)) {
    if (!(names as readonly string[]).includes(name)) throw new PolicyDocumentError(`${here} has an unknown field "${name}"; known are ${names.join(', ')}`);
  }
  for (const name of names) {
    if (!Object.hasOwn(value, name) && !optional.includes(name)) throw new PolicyDocumentError(`${here} lacks the field "${name}"`);
  }
  return value;
}

function readOneOf<Word extends string>(path: string, value: unknown, words: readonly Word[]): Word {
  const found = words.find((word) => word === value);
  if (found === undefined) throw new PolicyDocumentError(`${path} has to be ${words.map((word) => `"${word}"`).join(' or ')}, got ${JSON.stringify(value)}`);
  return found;
}

function readWhole(path: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw new PolicyDocumentError(`${path} has to be a whole number from ${least} to ${most}, got ${JSON.stringify(value)}`);
  }
  return value;
}

function readText(path: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new PolicyDocumentError(`${path} has to be a text, got ${JSON.stringify(value)}`);
  return value;
}
