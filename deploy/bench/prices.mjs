// `node deploy/bench/prices.mjs`: what pricing costs: ratings a second by price list. One core.
import { bundledPriceLists, chargeFor, countedBy, noCounters, noSessions, policyOf, rateCardOf, trackedBy } from '@parley/rating';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { median } from './table.mjs';
import { drawUsage } from './workload.mjs';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);

/** Ratings a second: each message by one price list, with its owner's counters and its conversation's sessions carried on. */
function ratings(policy, card, usages) {
  const [counters, sessions] = [new Map(), new Map()];
  const terms = { policy, card, business: { zone: 'Europe/Berlin', currency: 'USD', international: null } };
  const startedAt = performance.now();
  for (const { key, event } of usages) {
    const { conversationId } = event.message;
    const tally = { counters: counters.get(key) ?? noCounters, sessions: sessions.get(conversationId) ?? noSessions };
    const charge = chargeFor(event, terms, tally);
    if (charge.kind === 'unpriced') throw new Error(`${policy.policyId}: ${charge.detail}`);
    counters.set(key, countedBy(tally.counters, charge));
    sessions.set(conversationId, trackedBy(tally.sessions, charge));
  }
  return Math.round(usages.length / ((performance.now() - startedAt) / 1_000));
}

const lists = bundledPriceLists();
const cardFor = (policyId) => rateCardOf(lists.rateCards.find(({ rateCardId }) => rateCardId === (['P5', 'P6'].includes(policyId) ? 'usd' : 'usd-for-p3')));
const usages = [...drawUsage(200_000)];
const rating = {};
for (const published of lists.policies) {
  const [policy, card] = [policyOf(published), cardFor(published.policyId)];
  ratings(policy, card, usages);
  rating[policy.policyId] = median(Array.from({ length: rounds }, () => ratings(policy, card, usages)));
}
if (values.json) console.log(JSON.stringify({ rating }));
else {
  console.log(`One core of ${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, medians of ${rounds}`);
  console.log(`\nRatings a second\n${Object.entries(rating).map(([policy, perSecond]) => `  ${policy}  ${perSecond.toLocaleString('en').padStart(10)}`).join('\n')}`);
}
