// One measurement in a process of its own, so that nothing but this fold is on its heap: `repricing-process.mjs FOLDER RULES`; JSON on stdout.
import { createCodec, pickedPages } from '@parley/bus';
import { billingTopology, knownRules, otherRules, publishedRules, Repricing, repricingPicks, summaryOf } from '@parley/domain';
import { bundledPriceLists, rateCardOf } from '@parley/rating';
import { benchCatalog, openHistory } from './history.mjs';

const [folder, name] = process.argv.slice(2);
/** The published card has no prices for what a session costs. */
const cards = name === 'P3' ? bundledPriceLists().rateCards.filter(({ rateCardId }) => rateCardId === 'usd-for-p3').map(rateCardOf) : [];
const rules = { ...knownRules(name), ...(cards.length > 0 && { cards }) };
const [log, codec, catalog] = [await openHistory(folder), createCodec(), benchCatalog()];
const repricing = new Repricing(catalog, otherRules(publishedRules(catalog), rules), { from: null, to: null, businesses: null });
const [startedAt, cpuBefore] = [performance.now(), process.cpuUsage()];
let [most, pages] = [0, 0];
for await (const { decided } of pickedPages({ topology: billingTopology, partition: 0, log, codec, picks: repricingPicks })) {
  for (const { command, decision } of decided) repricing.take(command, decision);
  if ((pages += 1) % 20 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
}
const seconds = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
await log.close();
const rssMb = Math.round(process.resourceUsage().maxRSS / 1_024);
globalThis.gc();
const megabytes = (bytes) => Math.round(bytes / 2 ** 20);
const { currencies, messages } = summaryOf([repricing]);
console.log(JSON.stringify({
  messages, perSecond: Math.round(messages / seconds), perCpuSecond: Math.round(messages / ((user + system) / 1e6)), mostHeapMb: megabytes(most), heapMb: megabytes(process.memoryUsage().heapUsed), rssMb,
  change: currencies.map(({ change }) => String(change)).join(),
}));
