import type { ChargeTerms, PolicyDocument, Pricing } from './document.js';
import { readFields, readOneOf, readText, readWhole } from './fields.js';
import { rateColumns } from '../rate-card.js';

/**
 * A document of the first format, as logs hold it, in the words of the second. It had one price column, free or priced messages of three kinds,
 * and terms of its own for the app lane; neither entry point, sessions, allowances nor tiers.
 */
export function readFormat1(value: unknown): PolicyDocument {
  const fields = readFields('', value, ['format', 'title', 'freeWindowHours', 'lateReply', 'charge', 'rateColumn', 'lanes']);
  const charge = readFields('charge', fields.charge, ['insideWindow', 'lateFreeForm', 'template']);
  const lanes = readFields('lanes', fields.lanes, ['app'], ['app']);
  const column = readOneOf('rateColumn', fields.rateColumn, rateColumns);
  const pricing = (path: string, word: unknown): Pricing => (readOneOf(path, word, ['free', 'rate']) === 'free' ? 'free' : column);
  const lateReply = readOneOf('lateReply', fields.lateReply, ['charge', 'reject']);
  const app = lanes.app === undefined ? null : readFields('lanes.app', lanes.app, ['freeForm', 'lateReply']);
  const appAdmits = app !== null && readOneOf('lanes.app.lateReply', app.lateReply, ['allow', 'as_policy']) === 'allow';
  return {
    format: 'parley-policy-2',
    title: readText('title', fields.title),
    freeWindowHours: readWhole('freeWindowHours', fields.freeWindowHours, 1, 168),
    lateReply: { api: lateReply, app: appAdmits ? 'charge' : lateReply },
    entryPoint: null,
    sessions: null,
    charges: [
      line('template', pricing('charge.template', charge.template), { kind: 'template' }),
      ...(app === null ? [] : [line('app-lane', pricing('lanes.app.freeForm', app.freeForm), { lane: 'app' })]),
      line('inside-window', pricing('charge.insideWindow', charge.insideWindow), { window: 'inside' }),
      line('late-free-form', pricing('charge.lateFreeForm', charge.lateFreeForm), {}),
    ],
    tiers: null,
  };
}

function line(rule: string, price: Pricing, { kind = null, lane = null, window = null }: Partial<ChargeTerms>): ChargeTerms {
  return { rule, kind, lane, category: null, window, price, as: null, session: null, allowance: null, abroad: null };
}
