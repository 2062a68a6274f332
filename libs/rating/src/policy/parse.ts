import { CATEGORY_SYMBOLS, LANE_SYMBOLS, MESSAGE_KIND_SYMBOLS } from '@parley/contracts';
import { rateColumns } from '../rate-card.js';
import { readTiers } from '../tiers/parse.js';
import {
  applies,
  counterScopes,
  lateReplies,
  pricingCategories,
  pricings,
  situations,
  windowPlaces,
  type AbroadTerms,
  type Allowance,
  type ChargeTerms,
  type EntryPointTerms,
  type PolicyDocument,
  type SessionTerms,
} from './document.js';
import { isRecord, PolicyDocumentError, readFields, readList, readName, readOneOf, readOptional, readText, readWhole } from './fields.js';
import { readFormat1 } from './format-1.js';

const longestHours = 168;
const largestAllowance = 1_000_000_000;

/** Reads a policy document of either format from JSON text. Throws a PolicyDocumentError naming the first field that is missing, unknown or wrong. */
export function parsePolicyDocument(text: string): PolicyDocument {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new PolicyDocumentError(`the policy is not JSON: ${(error as Error).message}`);
  }
  return isRecord(value) && value.format === 'parley-policy-1' ? readFormat1(value) : readFormat2(value);
}

function readFormat2(value: unknown): PolicyDocument {
  const names = ['format', 'title', 'freeWindowHours', 'lateReply', 'entryPoint', 'sessions', 'charges', 'tiers'] as const;
  const fields = readFields('', value, names, ['entryPoint', 'sessions', 'tiers']);
  const format = readOneOf('format', fields.format, ['parley-policy-1', 'parley-policy-2']);
  const lateReply = readFields('lateReply', fields.lateReply, LANE_SYMBOLS);
  const document: PolicyDocument = {
    format: format as 'parley-policy-2',
    title: readText('title', fields.title),
    freeWindowHours: readWhole('freeWindowHours', fields.freeWindowHours, 1, longestHours),
    lateReply: { api: readOneOf('lateReply.api', lateReply.api, lateReplies), app: readOneOf('lateReply.app', lateReply.app, lateReplies) },
    entryPoint: readOptional('entryPoint', fields.entryPoint, readEntryPoint),
    sessions: readOptional('sessions', fields.sessions, readSessions),
    charges: readList('charges', fields.charges, readCharge),
    tiers: readOptional('tiers', fields.tiers, readTiers),
  };
  checkCharges(document);
  checkAllowances(document);
  return document;
}

function readEntryPoint(path: string, value: unknown): EntryPointTerms {
  const fields = readFields(path, value, ['answerWithinHours', 'hours', 'session']);
  return {
    answerWithinHours: readWhole(`${path}.answerWithinHours`, fields.answerWithinHours, 1, longestHours),
    hours: readWhole(`${path}.hours`, fields.hours, 1, longestHours),
    session: readOneOf(`${path}.session`, fields.session, pricingCategories),
  };
}

function readSessions(path: string, value: unknown): { readonly hours: number } {
  return { hours: readWhole(`${path}.hours`, readFields(path, value, ['hours']).hours, 1, longestHours) };
}

function readCharge(path: string, value: unknown): ChargeTerms {
  const conditions = ['kind', 'lane', 'category', 'window'] as const;
  const more = ['as', 'session', 'allowance', 'abroad'] as const;
  const fields = readFields(path, value, ['rule', ...conditions, 'price', ...more], [...conditions, ...more]);
  const word = <Word extends string>(name: keyof typeof fields, words: readonly Word[]) =>
    readOptional(`${path}.${name}`, fields[name], (at, given) => readOneOf(at, given, words));
  return {
    rule: readName(`${path}.rule`, fields.rule),
    kind: word('kind', MESSAGE_KIND_SYMBOLS),
    lane: word('lane', LANE_SYMBOLS),
    category: word('category', CATEGORY_SYMBOLS),
    window: word('window', windowPlaces),
    price: readOneOf(`${path}.price`, fields.price, pricings),
    as: word('as', pricingCategories),
    session: readOptional(`${path}.session`, fields.session, readSession),
    allowance: readOptional(`${path}.allowance`, fields.allowance, readAllowance),
    abroad: readOptional(`${path}.abroad`, fields.abroad, readAbroad),
  };
}

function readSession(path: string, value: unknown): SessionTerms {
  const fields = readFields(path, value, ['category', 'joins']);
  return {
    category: readOneOf(`${path}.category`, fields.category, ['own', ...pricingCategories]),
    joins: readOneOf(`${path}.joins`, fields.joins, ['same', 'any']),
  };
}

function readAllowance(path: string, value: unknown): Allowance {
  const fields = readFields(path, value, ['name', 'count', 'per', 'scope']);
  return {
    name: readName(`${path}.name`, fields.name),
    count: readWhole(`${path}.count`, fields.count, 1, largestAllowance),
    per: readOneOf(`${path}.per`, fields.per, ['month']),
    scope: readOneOf(`${path}.scope`, fields.scope, counterScopes),
  };
}

function readAbroad(path: string, value: unknown): AbroadTerms {
  const fields = readFields(path, value, ['rule', 'price', 'category']);
  return {
    rule: readName(`${path}.rule`, fields.rule),
    price: readOneOf(`${path}.price`, fields.price, rateColumns),
    category: readOneOf(`${path}.category`, fields.category, pricingCategories),
  };
}

/** Every situation that the policy knows has a line, every line a situation; a session needs a length. */
function checkCharges({ charges, entryPoint, sessions }: PolicyDocument): void {
  const used = new Set<ChargeTerms>();
  for (const situation of situations) {
    if (situation.window === 'entry_point' && entryPoint === null) continue;
    const terms = charges.find((line) => applies(line, situation));
    if (!terms) throw new PolicyDocumentError(`charges has no line for ${Object.entries(situation).map(([name, word]) => `${name} ${word}`).join(', ')}: add one without conditions at the end`);
    used.add(terms);
  }
  charges.forEach((line, index) => {
    if (!used.has(line)) throw new PolicyDocumentError(`charges[${index}] (${line.rule}) can never apply: the lines above take every message, or the policy has no entryPoint`);
    if (line.session !== null && sessions === null) throw new PolicyDocumentError(`charges[${index}].session needs the length of a session: add "sessions": { "hours": 24 }`);
  });
}

/** One name, one count: two lines that share an allowance say the same of it. */
function checkAllowances({ charges }: PolicyDocument): void {
  const known = new Map<string, string>();
  charges.forEach(({ allowance }, index) => {
    if (allowance === null) return;
    const said = JSON.stringify(allowance);
    if ((known.get(allowance.name) ?? said) !== said) throw new PolicyDocumentError(`charges[${index}].allowance says otherwise of ${allowance.name} than a line above`);
    known.set(allowance.name, said);
  });
}
