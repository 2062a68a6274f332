// What-if of an installation of ten businesses: five lose, three win, one pays the same, one paid nothing before. Amounts are worked by hand.
import type { PublishedPolicies, RepricedCurrency, WhatIfJob, WhatIfRules } from '../api/contract.js';

export const whatIfRules: WhatIfRules = {
  data: [
    { name: 'S0', title: 'S0: the announced model of 2018', illustrative: true },
    { name: 'P5', title: 'P5: per delivered template, 2025-07', illustrative: false },
    { name: 'P6', title: 'P6: replies are paid again, 2026-10', illustrative: false },
    { name: 'history', title: 'the price lists of the years, each from its day', illustrative: true },
    { name: 'published', title: 'as published', illustrative: false },
  ],
};

export const publishedPolicies: PublishedPolicies = {
  data: [
    { policyId: 'S0', version: 1, illustrative: true, document: { title: 'S0: the announced model of 2018' } },
    { policyId: 'harbour', version: 2, illustrative: false, document: { title: 'Harbour terms' } },
  ],
};

/** Business, what it paid, what it would pay, in micros, and its change. */
const changes = [
  ['bakery', 120_000_000n, 186_000_000n, '+55.00 %'],
  ['harbour', 88_000_000n, 132_000_000n, '+50.00 %'],
  ['florist', 40_000_000n, 66_000_000n, '+65.00 %'],
  ['cinema', 21_000_000n, 25_200_000n, '+20.00 %'],
  ['library', 0n, 1_400_000n, null],
  ['museum', 5_000_000n, 5_250_000n, '+5.00 %'],
  ['garage', 9_000_000n, 9_000_000n, '0.00 %'],
  ['pharmacy', 30_000_000n, 28_500_000n, '-5.00 %'],
  ['hotel', 64_000_000n, 54_400_000n, '-15.00 %'],
  ['airline', 250_000_000n, 187_500_000n, '-25.00 %'],
] as const;

/** Before: 627. After: 186 + 132 + 66 + 25.2 + 1.4 + 5.25 + 9 + 28.5 + 54.4 + 187.5 = 695.25; the change is 68.25, 10.885 % of 627. */
const repriced: RepricedCurrency = {
  currency: 'USD', messages: 52_310, illustrative: 1_204, winners: 3, losers: 6, unchanged: 1, p50: '+5.00 %', p95: '+65.00 %',
  wasMicros: '627000000', wouldBeMicros: '695250000', changeMicros: '68250000', share: '+10.89 %',
  businesses: changes.map(([businessId, was, wouldBe, share]) => ({ businessId, wasMicros: was.toString(), wouldBeMicros: wouldBe.toString(), changeMicros: (wouldBe - was).toString(), share })),
};

const job = { id: 'job-1', title: 'P6: replies are paid again, 2026-10', detail: null, progress: null, result: null };

/** What is answered, one after the other; the last one stays. */
export const whatIfAnswers: readonly WhatIfJob[] = [
  { ...job, state: 'waiting' },
  { ...job, state: 'running', progress: { done: 20_000, total: 52_310, perSecond: 151_000 } },
  { ...job, state: 'done', result: { messages: 52_310, unpriced: [{ reason: 'the card has no price for Iceland', messages: 12 }], currencies: [repriced] } },
];
