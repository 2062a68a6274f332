// `node deploy/bench/prices.mjs`: what pricing costs: ratings a second by price list, and real usage priced again under other rules. One core, frames in memory.
import { createCodec, decidedPages } from '@parley/bus';
import { FoldedStates } from '@parley/contracts';
import { billingTopology, catalogFold, knownRules, otherRules, publishedRules, Repricing, summaryOf } from '@parley/domain';
import { bundledPriceLists, chargeFor, countedBy, noCounters, noSessions, policyOf, rateCardOf, trackedBy } from '@parley/rating';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { catalogEvents, drawUsage, now, scaleOf } from './workload.mjs';

const { values } = parseArgs({ options: { scale: { type: 'string', default: '100k,1M' }, rounds: { type: 'string', default: '3' }, json: { type: 'boolean', default: false } } });
const rounds = Number(values.rounds);
const codec = createCodec();
const median = (numbers) => [...numbers].sort((one, other) => one - other)[Math.floor((numbers.length - 1) / 2)];
const noMeta = { eventId: '00000000-0000-4000-8000-000000000000', at: now, recordedAt: now, link: 'bench/http/0', number: 1, cause: null, catalogOffset: 0 };
const catalog = catalogEvents().reduce((known, { event }) => catalogFold.evolve(known, { ...event, meta: noMeta }), catalogFold.initial);

/** Usage as it lies on a partition, with billing's decision on each, as frames. */
function historyOf(messages) {
  const states = new FoldedStates(billingTopology);
  const [usage, ledger] = [[], []];
  let offset = 0;
  for (const { key, at, event } of drawUsage(messages)) {
    const command = { ...event, meta: { ...noMeta, at, number: offset + 1 } };
    usage.push({ key, value: codec.encode(command) });
    const aside = billingTopology.asideOf(command, catalog);
    const state = billingTopology.evolve(states.of(key, aside), command);
    const payload = billingTopology.decide(command, state, { now, catalog });
    const decision = { ...payload, meta: { ...noMeta, link: 'billing/0', number: offset + 1, cause: { topic: 'parley.usage.v1', partition: 0, offset } } };
    states.put(key, aside, billingTopology.evolve(state, decision));
    ledger.push({ key, value: codec.encode(decision) });
    offset += 1;
  }
  return { 'parley.usage.v1': usage, 'parley.ledger.v1': ledger };
}

/** One partition of each topic, read as a log is. */
function logOf(frames) {
  return {
    partitions: () => 1,
    start: async () => 0,
    end: async (topic) => frames[topic].length,
    read: async (topic, _, offset, limit) => frames[topic].slice(offset, offset + limit).map((record, index) => ({ ...record, offset: offset + index, timestamp: now })),
  };
}

async function repriced(log, rules) {
  const repricing = new Repricing(catalog, otherRules(publishedRules(catalog), rules), { from: null, to: null, businesses: null });
  const startedAt = performance.now();
  let most = 0;
  let pages = 0;
  for await (const { decided } of decidedPages({ topology: billingTopology, partition: 0, log, codec })) {
    for (const { command, decision } of decided) repricing.take(command, decision);
    if ((pages += 1) % 50 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: Math.round(repricing.messages / seconds), heapMb: Math.round(most / 2 ** 20), change: summaryOf([repricing]).currencies.map(({ change }) => String(change)).join() };
}

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
// Before ratings: those hold their messages in memory, which is not to be taken for the fold's.
const repricing = {};
for (const scale of values.scale.split(',')) {
  const log = logOf(historyOf(scaleOf(scale).events));
  for (const name of ['published', 'P6', 'P3']) {
    const rules = { ...knownRules(name), ...(name === 'P3' && { cards: [cardFor('P3')] }) };
    const runs = [];
    for (let round = 0; round < rounds; round += 1) runs.push(await repriced(log, rules));
    if (name === 'published' && runs.some(({ change }) => change !== '0')) throw new Error(`under the published rules the sums differ: ${JSON.stringify(runs)}`);
    repricing[`${scale} under ${name}`] = { perSecond: median(runs.map(({ perSecond }) => perSecond)), heapMb: median(runs.map(({ heapMb }) => heapMb)) };
  }
}
const usages = [...drawUsage(200_000)];
const rating = {};
for (const published of lists.policies) {
  const [policy, card] = [policyOf(published), cardFor(published.policyId)];
  ratings(policy, card, usages);
  rating[policy.policyId] = median(Array.from({ length: rounds }, () => ratings(policy, card, usages)));
}
if (values.json) console.log(JSON.stringify({ rating, repricing }));
else {
  console.log(`One core of ${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}, medians of ${rounds}`);
  console.log(`\nRatings a second\n${Object.entries(rating).map(([policy, perSecond]) => `  ${policy}  ${perSecond.toLocaleString('en').padStart(10)}`).join('\n')}`);
  console.log(`\nUsage priced again, messages a second (heap in use; the frames lie beside it)\n${Object.entries(repricing).map(([what, { perSecond, heapMb }]) => `  ${what.padEnd(22)}  ${perSecond.toLocaleString('en').padStart(10)}  ${String(heapMb).padStart(5)} MB`).join('\n')}`);
}
