import { reached, type AccessOptions } from '../platform/access.js';
import { askPlatform } from '../platform/ask.js';
import { Failure } from '../terminal/failure.js';
import { drawTable, type Line } from '../terminal/table.js';
import type { Terminal } from '../terminal/terminal.js';

/** A budget and how a month of it stands, as the platform says it; amounts are decimal text. */
interface BudgetState {
  readonly ownerId: string;
  readonly currency: string;
  readonly month: string;
  readonly zone: string;
  readonly hard: boolean;
  readonly cap: string;
  readonly spent: string;
  readonly reserved: string;
  readonly left: string;
  readonly toldPercent: number;
}

export interface BudgetsOptions extends AccessOptions {
  readonly owner?: string | undefined;
  readonly month?: string | undefined;
  readonly json: boolean;
}

export interface SetBudgetOptions extends AccessOptions {
  readonly owner: string;
  readonly cap?: string | undefined;
  readonly currency: string;
  readonly zone: string;
  readonly hard: boolean;
  readonly none: boolean;
  readonly json: boolean;
}

/** Lists budgets. Resolves with the exit code. Throws Failure where the platform cannot be asked. */
export async function runBudgets({ owner, month, json, ...reach }: BudgetsOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<number> {
  const access = reached(reach, fetch);
  const budgets: BudgetState[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const query = new URLSearchParams({ limit: '500', ...(after === '' ? {} : { after }), ...(owner === undefined ? {} : { ownerId: owner }), ...(month === undefined ? {} : { month }) });
    const page = (await askPlatform(access, `/windows/v1/budgets?${query}`)) as unknown as { readonly data: readonly BudgetState[]; readonly next: string | null };
    budgets.push(...page.data);
    after = page.next;
  }
  if (json) terminal.line(JSON.stringify(budgets, null, 2));
  else if (budgets.length === 0) terminal.line('No owner has a budget: set one with `parley budget OWNER --cap 250`.');
  else for (const line of tableOf(budgets, terminal)) terminal.line(line);
  return 0;
}

/** Sets a budget or takes it back. Resolves with the exit code. Throws Failure where that is not possible. */
export async function runSetBudget({ owner, cap, currency, zone, hard, none, json, ...reach }: SetBudgetOptions, terminal: Terminal, fetch: typeof globalThis.fetch): Promise<number> {
  if ((cap === undefined) !== none) throw new Failure('It is not said what may be spent.', 'give --cap 250.00, or --none for no budget from now on.', 2);
  const body = JSON.stringify({ ownerId: owner, currency, zone, cap: cap ?? 'none', hard });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': globalThis.crypto.randomUUID() };
  const answer = await askPlatform(reached(reach, fetch), '/ingest/v1/budgets', { method: 'POST', headers, body });
  if (json) terminal.line(JSON.stringify(answer, null, 2));
  else if (none) terminal.line(`${owner} has no budget in ${currency} any more.`);
  else terminal.line(`${owner} may spend ${String(answer['cap'])} ${currency} a month (months of ${zone}); beyond it, ${hard ? 'messages are refused' : 'the owner is told'}.`);
  return 0;
}

function tableOf(budgets: readonly BudgetState[], { ink }: Terminal): readonly string[] {
  const lines = budgets.map(({ ownerId, month, hard, cap, spent, reserved, left, currency, toldPercent }): Line => [
    ownerId, month, `${cap} ${currency}`, hard ? 'hard' : 'told', spent, reserved, left === '0' ? { text: left, ink: ink.bad } : left, toldPercent === 0 ? '' : { text: `${toldPercent} %`, ink: toldPercent === 100 ? ink.bad : ink.warning },
  ]);
  const right = { align: 'right' } as const;
  return drawTable([{ title: 'Owner' }, { title: 'Month' }, { title: 'Cap', ...right }, { title: 'Beyond' }, { title: 'Spent', ...right }, { title: 'Set aside', ...right }, { title: 'Left', ...right }, { title: 'Told', ...right }], lines, ink.strong);
}
