import { describe, expect, it } from '@jest/globals';
import type { BudgetPublished, CatalogEvent, ChargePosted, Message, MessageRequested, OwnerId, Payload, Reservation } from '@parley/contracts';
import { bundledPriceLists, read } from '@parley/rating';
import fc from 'fast-check';
import { billingTopology } from '../billing/topology.js';
import { aCharge } from '../invoice/events.fixture.js';
import { aBusiness, aCatalog, aMessage, aTemplateMessage, catalogOf, dayMs, everything, friday, granted, hourMs, logged, ownerId, received, rejectingLateReplies, revoked } from '../scenario/fixtures.js';
import { Scenario } from '../scenario/scenario.js';
import { windowsTopology } from '../window/topology.js';
import { budgetAccount, findBudget, thresholdPassed } from './budget.js';
import { budgetsTopology } from './spending.js';

const budget = (cap: bigint | null, hard = true, change: Partial<Payload<BudgetPublished>> = {}): Payload<BudgetPublished> => ({ type: 'BudgetPublished', ownerId, currency: 'USD', zone: 'America/Sao_Paulo', cap, hard, ...change });
const withBudget = (...published: readonly Payload<CatalogEvent>[]) => catalogOf(...everything, ...published);
const requested = (at: number, message: Message = aMessage({ requestedAt: at })): MessageRequested => logged({ type: 'MessageRequested', message }, at);
const inConversation = () => new Scenario(windowsTopology, expect).given(received(friday));
const account = 'acme-group/USD/2018-08';
const late = friday + 25 * hourMs;

/** Under S0 a late reply to Brazil costs 0.0068 USD, whatever its kind. */
const reservation: Reservation = { month: '2018-08', currency: 'USD', amount: 6_800n, cap: 20_000n, hard: true };

describe('a budget', () => {
  it('is the last that was published for an owner and currency, until it is taken back', () => {
    const find = (...published: readonly Payload<CatalogEvent>[]) => findBudget(catalogOf(...published), ownerId, 'USD');
    expect(find()).toBeNull();
    expect(find(budget(5n), budget(9_007_199_254_740_993n, false))).toEqual({ ownerId, currency: 'USD', zone: 'America/Sao_Paulo', cap: '9007199254740993', hard: false });
    expect(find(budget(5n), budget(null))).toBeNull();
    expect(findBudget(catalogOf(budget(5n)), 'other' as OwnerId, 'USD')).toBeNull();
    expect(read(catalogOf(budget(5n)).budgets, 'acme-group/EUR')).toBeNull();
  });

  it('is told when a part of it is passed: once, and the highest', () => {
    const passed = (before: bigint, after: bigint, cap = 1_000n) => thresholdPassed(before, after, cap);
    expect([passed(0n, 499n), passed(499n, 500n), passed(500n, 799n), passed(799n, 800n), passed(0n, 900n), passed(999n, 1_000n), passed(1_000n, 2_000n), passed(600n, 600n)]).toEqual([null, 50, null, 80, 80, 100, null, null]);
    expect([passed(0n, 1n, 0n), passed(1n, 2n, 0n), passed(0n, 0n, 0n)]).toEqual([100, null, null]);
    fc.assert(
      fc.property(fc.bigInt(1n, 10_000n), fc.array(fc.bigInt(0n, 4_000n), { maxLength: 30 }), (cap, charges) => {
        let spent = 0n;
        const told = charges.flatMap((charge) => thresholdPassed(spent, (spent += charge), cap) ?? []);
        expect(told).toEqual([...new Set(told)].sort((one, other) => one - other));
        expect(told.includes(100)).toBe(spent >= cap);
      }),
    );
  });
});

describe('a message of an owner with a budget', () => {
  const capped = withBudget(budget(20_000n));
  const when = (held: bigint, { catalog = capped, at = late, message = aMessage({ requestedAt: at }) } = {}) =>
    inConversation().when(requested(at, message), { catalog, balance: (asked) => (asked === account ? held : 0n) });

  it('is admitted with the dearest outcome set aside, up to the cap', () => {
    when(0n).then({ type: 'MessageAdmitted', reservation });
    when(13_200n).then({ type: 'MessageAdmitted', reservation });
  });

  it('is refused before it is sent when that is more than a hard cap leaves, and says so', () => {
    when(13_201n).then({
      type: 'MessageOverBudget', month: '2018-08', currency: 'USD', cap: 20_000n, held: 13_201n, needed: 6_800n,
      detail: "It could cost 0.0068 USD; of the owner's budget of 0.02 USD for 2018-08, 0.013201 USD is spent or set aside already. Raise the cap, or wait for 2018-09.",
    });
  });

  it('is never refused where it costs nothing, whatever is spent', () => {
    when(50_000n, { at: friday + hourMs }).then({ type: 'MessageAdmitted', reservation: { amount: 0n } });
  });

  it('is never refused where the owner only wants to be told', () => {
    when(50_000n, { catalog: withBudget(budget(20_000n, false)) }).then({ type: 'MessageAdmitted', reservation: { amount: 6_800n, hard: false } });
  });

  it('draws on the month of its admission, in the zone of the budget', () => {
    const at = Date.parse('2018-09-01T02:59:59Z');
    const asked = new Scenario(windowsTopology, expect).given(received(at - hourMs));
    expect(windowsTopology.balances!.accountsOf(requested(at), { now: at, catalog: capped })).toEqual([account]);
    expect(windowsTopology.balances!.accountsOf(requested(at + 1_000), { now: at + 1_000, catalog: capped })).toEqual(['acme-group/USD/2018-09']);
    asked.when(requested(at), { catalog: capped }).then({ reservation: { month: '2018-08' } });
  });

  it('has nothing set aside where the owner has no budget, or one in another currency', () => {
    when(0n, { catalog: aCatalog }).then({ type: 'MessageAdmitted', reservation: null });
    when(0n, { catalog: withBudget(budget(1n, true, { currency: 'EUR' })) }).then({ type: 'MessageAdmitted', reservation: null });
    expect(windowsTopology.balances!.accountsOf(requested(late), { now: late, catalog: aCatalog })).toEqual([]);
  });

  it('that is close to the end of its window may cost what a late one does', () => {
    when(0n, { at: friday + 24 * hourMs - 5 * 60_000 - 1 }).then({ reservation: { amount: 0n } });
    when(0n, { at: friday + 24 * hourMs - 5 * 60_000 }).then({ reservation: { amount: 6_800n } });
    // Where late replies are not sent, none costs anything.
    when(0n, { at: friday + 24 * hourMs - 1, catalog: withBudget(budget(20_000n), rejectingLateReplies()) }).then({ reservation: { amount: 0n } });
  });

  it('to a contact whose market nobody knows may cost what the dearest market does', () => {
    const template = aTemplateMessage({ requestedAt: friday });
    const unknown = new Scenario(windowsTopology, expect).given(granted(friday, ['utility']), received(friday, { provenance: 'reported', market: 'Brazil' }));
    const card = bundledPriceLists().rateCards.find(({ rateCardId }) => rateCardId === 'usd-for-s0')!;
    const dearest = card.rows.reduce((most, { utility }) => (utility !== null && utility > most ? utility : most), 0n);
    expect(dearest).toBeGreaterThan(6_800n);
    unknown.when(requested(friday, template), { catalog: withBudget(budget(10n ** 9n)) }).then({ reservation: { amount: dearest } });
  });

  it('may cost what a list or card that is published for the next thirty days says, and no later one', () => {
    const card = everything.find((event) => event.type === 'RateCardPublished')!;
    const dearer = (effectiveFrom: string) => withBudget(budget(10n ** 9n), { ...card, version: 7, effectiveFrom, rows: card.rows.map((row) => ({ ...row, utility: 50_000n })) });
    when(0n, { catalog: dearer('2018-09-03') }).then({ reservation: { amount: 50_000n } });
    when(0n, { catalog: dearer('2018-09-04') }).then({ reservation: { amount: 6_800n } });
    const cheaper = withBudget(budget(10n ** 9n), { ...card, version: 7, effectiveFrom: '2018-08-10', rows: card.rows.map((row) => ({ ...row, utility: 1n })) });
    when(0n, { catalog: cheaper }).then({ reservation: { amount: 6_800n } });
  });

  it('waits for the operator where nothing says what it costs', () => {
    const catalog = catalogOf(...everything.filter(({ type }) => type !== 'RateCardPublished'), budget(1n));
    const decide = () => windowsTopology.decide(requested(late), inConversation().state, { now: late, catalog });
    expect(decide).toThrow('publish a rate card');
  });

  it('asks for nothing new when its conversation is over, revoked or unknown: the first objection counts', () => {
    new Scenario(windowsTopology, expect).given(received(friday), revoked(friday + 1)).when(requested(late), { catalog: capped, balance: () => 50_000n }).then({ type: 'MessageRefused', reason: 'consent_revoked' });
  });
});

describe('the balance of a budget', () => {
  const facts = { message: aMessage(), lastInboundAt: friday, entryPointAt: null };
  const windows = windowsTopology.balances!;
  const ledger = budgetsTopology.balances!;
  const charge = (change: Partial<ChargePosted>): ChargePosted => aCharge({ reservation, spent: 6_800n, ...change });

  it('is moved up by an admission, within the cap, and down by a failure or a charge', () => {
    const admitted = logged({ type: 'MessageAdmitted', ...facts, windowClosesAt: null, reservation } as const, late);
    const failed = logged({ type: 'MessageFailed', message: facts.message, reason: 'undeliverable', detail: '', reservation } as const, late);
    expect(windows.movesOf(admitted)).toEqual([{ account, reserved: 6_800n, settled: 0n, limit: 20_000n }]);
    expect(windows.movesOf({ ...admitted, reservation: { ...reservation, hard: false } })).toEqual([{ account, reserved: 6_800n, settled: 0n, limit: null }]);
    expect(windows.movesOf(failed)).toEqual([{ account, reserved: -6_800n, settled: 0n, limit: null }]);
    expect(ledger.movesOf(charge({ amount: 1_400n }))).toEqual([{ account, reserved: -6_800n, settled: 1_400n, limit: null }]);
    expect([windows.movesOf({ ...admitted, reservation: null }), windows.movesOf({ ...failed, reservation: null }), ledger.movesOf(charge({ reservation: null }))]).toEqual([[], [], []]);
    expect(budgetAccount(ownerId, reservation)).toBe(account);
  });

  it('is told at 50, 80 and 100 per cent, once each, and again for another cap', () => {
    const one = new Scenario(budgetsTopology, expect);
    const spends = (spent: bigint, amount: bigint, cap = 20_000n) => charge({ spent, amount, reservation: { ...reservation, cap } });
    expect(budgetsTopology.accepts?.(spends(6_800n, 6_800n))).toBe(false);
    expect(budgetsTopology.accepts?.(charge({ spent: null, reservation: null }))).toBe(false);
    const { rows } = one.when(spends(10_000n, 5_000n)).then({ type: 'BudgetThresholdReached', ownerId, month: '2018-08', currency: 'USD', cap: 20_000n, spent: 10_000n, percent: 50 });
    expect(rows.at(-1)?.row).toMatchObject({ owner_id: 'acme-group', business_id: '*', month: '2018-08', cap_micros: '20000', spent_micros: '10000', told_percent: 50 });
    one.when(spends(17_000n, 7_000n)).then({ percent: 80 });
    one.when(spends(11_000n, 2_000n)).thenSkipped('told before');
    one.when(spends(20_000n, 3_000n)).then({ percent: 100 });
    one.when(spends(21_000n, 1_500n, 40_000n)).then({ percent: 50, cap: 40_000n });
  });
});

describe('a charge against a reservation', () => {
  const used = (held: Reservation | null) => {
    const message = aMessage({ messageId: `m${held?.amount ?? 'none'}` });
    const event = logged({ type: 'UsageRecorded', message, market: 'Brazil', sentAt: late, deliveredAt: late + 800, firstStatus: 'delivered', lastInboundAt: friday, entryPointAt: null, reservation: held } as const, late);
    return event;
  };
  const charged = (held: Reservation | null) => new Scenario(billingTopology, expect).when(used(held));

  it('never exceeds it under a hard cap: the rest is waived', () => {
    charged(reservation).then({ amount: 6_800n, waived: 0n, spent: 6_800n, reservation });
    charged({ ...reservation, amount: 5_000n }).then({ amount: 5_000n, waived: 1_800n, spent: 5_000n, unitPrice: 6_800n });
    expect(charged({ ...reservation, amount: 5_000n }).rows.map(({ row }) => row)).toMatchObject([{ amount_micros: '5000', budget_month: '2018-08', reserved_micros: '5000', waived_micros: '1800' }]);
    expect(charged(null).rows.map(({ row }) => row)).toMatchObject([{ budget_month: null, reserved_micros: null, waived_micros: null }]);
    charged({ ...reservation, amount: 0n }).then({ amount: 0n, waived: 6_800n, spent: 0n });
    charged({ ...reservation, amount: 5_000n, hard: false }).then({ amount: 6_800n, waived: 0n, spent: 6_800n });
    charged(null).then({ amount: 6_800n, waived: 0n, spent: null, reservation: null });
  });

  it('adds to what was spent of its own month', () => {
    const one = new Scenario(billingTopology, expect);
    const next = (messageId: string, change: Partial<Reservation> = {}) => one.when({ ...used({ ...reservation, ...change }), message: aMessage({ messageId }) });
    next('m1').then({ spent: 6_800n });
    next('m2').then({ spent: 13_600n });
    next('m3', { month: '2018-09' }).then({ spent: 6_800n });
    next('m4').then({ spent: 20_400n });
    for (let month = 1; month <= 12; month += 1) next(`n${month}`, { month: `2019-${String(month).padStart(2, '0')}` });
    expect(one.state.own.spent).toHaveLength(12);
  });
});

describe('a business in another currency', () => {
  it('draws on the budget of that currency', () => {
    const card = everything.find((event) => event.type === 'RateCardPublished')!;
    const catalog = catalogOf(...everything, { ...aBusiness, currency: 'EUR' }, { ...card, rateCardId: 'eur' as typeof card.rateCardId, currency: 'EUR' }, budget(1_000n, true, { currency: 'EUR' }), budget(0n));
    inConversation().when(requested(late), { catalog }).then({ type: 'MessageOverBudget', currency: 'EUR', cap: 1_000n });
    expect(late - friday).toBeGreaterThan(dayMs);
  });
});
