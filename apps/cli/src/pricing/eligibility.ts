import { sha256Hex } from '@parley/crypto';
import { isDay } from '../day.js';
import type { AccessOptions } from '../platform/access.js';
import { Failure } from '../terminal/failure.js';
import type { Terminal } from '../terminal/terminal.js';
import type { World } from './import.js';
import { PriceLists, type PublishedEligibility } from './price-lists.js';

export interface EligibilityOptions extends AccessOptions {
  readonly businessId: string;
  /** Market of its primary country; that of the version in force where it is left out. */
  readonly home?: string;
  /** All that it is eligible for from then on. */
  readonly markets: readonly string[];
  /** It no longer is eligible. */
  readonly none: boolean;
  readonly effectiveFrom?: string;
  readonly source?: string;
  readonly publish: boolean;
  readonly json: boolean;
}

/** A version as it would be published. */
interface Planned {
  readonly businessId: string;
  readonly version: number;
  readonly homeMarket: string;
  readonly markets: readonly string[];
}

type Outcome = 'shown' | 'known' | 'published';

/** Shows what a business's eligibility for international authentication prices would become, and publishes it where that is asked for. Throws Failure. */
export async function runEligibility(options: EligibilityOptions, terminal: Terminal, { fetch }: Pick<World, 'fetch'>): Promise<0> {
  checkOptions(options);
  const lists = PriceLists.reached(options, fetch);
  const known = (await lists.eligibilities(options.effectiveFrom)).filter(({ businessId }) => businessId === options.businessId);
  const compared = known.find(({ isInForce }) => isInForce) ?? null;
  const planned = plan(options, known, compared);
  const unpriced = await unpricedOf(lists, planned.markets, options);
  const isKnown = compared !== null && compared.effectiveFrom === options.effectiveFrom && said(compared) === said(planned);
  const outcome: Outcome = isKnown ? 'known' : options.publish ? 'published' : 'shown';
  if (outcome === 'published') {
    const body = { ...planned, effectiveFrom: options.effectiveFrom, source: options.source };
    await lists.publishEligibility(body, `pricing-international-${sha256Hex(JSON.stringify(body)).slice(0, 40)}`); // The same again is the same request.
  }
  if (options.json) terminal.line(JSON.stringify({ eligibility: { ...planned, effectiveFrom: options.effectiveFrom ?? null }, against: compared, unpriced, outcome }));
  else show({ planned, compared, unpriced, outcome }, options, terminal);
  return 0;
}

function checkOptions({ markets, none, effectiveFrom, source, publish }: EligibilityOptions): void {
  if (effectiveFrom !== undefined && !isDay(effectiveFrom)) throw new Failure(`${effectiveFrom} is not a day.`, 'write it as YYYY-MM-DD, such as --effective-from 2027-01-01', 2);
  if (none === markets.length > 0) throw new Failure('It is not said which markets the business is eligible for.', 'name all of them, each with --market, such as --market Egypt --market India; or say that it no longer is with --none.', 2);
  if (!publish) return;
  if (effectiveFrom === undefined) throw new Failure('It is not said from which day on it holds.', 'give --effective-from YYYY-MM-DD; it holds from 00:00 in the zone of the business.', 2);
  if (source === undefined) throw new Failure('It is not said where this is from.', 'give --source, such as --source "the operator’s notice of 2026-11-20"', 2);
}

function plan({ businessId, home, markets }: EligibilityOptions, known: readonly PublishedEligibility[], compared: PublishedEligibility | null): Planned {
  const homeMarket = home ?? compared?.homeMarket;
  if (homeMarket === undefined) throw new Failure(`The home market of ${businessId} is not known.`, 'name the market of its primary country: --home Brazil', 2);
  return { businessId, version: Math.max(0, ...known.map(({ version }) => version)) + 1, homeMarket, markets };
}

const said = ({ homeMarket, markets }: Pick<Planned, 'homeMarket' | 'markets'>): string => JSON.stringify([homeMarket, [...markets].sort()]);

/** Markets for which no card in force has an international price: eligibility changes nothing there. */
async function unpricedOf(lists: PriceLists, markets: readonly string[], { effectiveFrom }: EligibilityOptions): Promise<readonly string[]> {
  const inForce = (await lists.cards(effectiveFrom)).filter(({ isInForce }) => isInForce);
  const rows = (await Promise.all(inForce.map((card) => lists.rows(card)))).flat();
  const priced = new Set(rows.flatMap(({ market, authenticationInternational: price }) => (price === null ? [] : [market])));
  return markets.filter((market) => !priced.has(market));
}

function show({ planned, compared, unpriced, outcome }: { readonly planned: Planned; readonly compared: PublishedEligibility | null; readonly unpriced: readonly string[]; readonly outcome: Outcome }, { effectiveFrom }: EligibilityOptions, terminal: Terminal): void {
  const { ink } = terminal;
  const { businessId, version, homeMarket, markets } = planned;
  const words = (some: readonly string[]): string => (some.length === 0 ? 'none' : some.join(', '));
  terminal.line(`${ink.strong(businessId)}, at home in ${homeMarket}: international prices of authentication to ${words(markets)}.`);
  if (compared === null) terminal.line('It is eligible nowhere so far.');
  else {
    const [added, dropped] = [markets.filter((market) => !compared.markets.includes(market)), compared.markets.filter((market) => !markets.includes(market))];
    terminal.line(`Against version ${compared.version} (from ${compared.effectiveFrom} on, at home in ${compared.homeMarket}): ${added.length} added (${words(added)}), ${dropped.length} dropped (${words(dropped)}).`);
  }
  if (unpriced.length > 0) terminal.line(ink.warning(`No card in force has an international price for ${words(unpriced)}: there the domestic price holds as before.`));
  terminal.line(closing(outcome, version, effectiveFrom, terminal));
}

function closing(outcome: Outcome, version: number, effectiveFrom: string | undefined, { ink }: Terminal): string {
  switch (outcome) {
    case 'known':
      return `This is published already, in force from ${effectiveFrom} on. Nothing was published.`;
    case 'published':
      return `${ink.good('Published')} as version ${version}, in force from ${effectiveFrom} on.`;
    case 'shown':
      return `Nothing was published. To publish it as version ${version}, add --publish${effectiveFrom === undefined ? ' --effective-from YYYY-MM-DD' : ''} --source TEXT.`;
    default:
      return outcome satisfies never;
  }
}
