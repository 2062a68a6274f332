import type * as jestGlobals from '@jest/globals';

export type Jest = Pick<typeof jestGlobals, 'afterAll' | 'beforeAll' | 'describe' | 'expect' | 'it'>;

/** Jest's own functions, taken when a suite is declared: importing them fails outside jest, and scripts import this library too. */
export function jest(): Jest {
  return globalThis as unknown as Jest;
}

/** Declares a suite, or one that is counted as skipped and says why in its name. */
export function suite(name: string, skip: string | undefined, cases: () => void): void {
  const { describe } = jest();
  if (skip === undefined) describe(name, cases);
  else describe.skip(`${name} (skipped: ${skip})`, cases);
}

/** A case that this adapter cannot run is skipped under its own name, with the reason. @param timeoutMs where it takes longer than others. */
export function caseUnless(missing: string | undefined, name: string, run: () => Promise<void>, timeoutMs?: number): void {
  const { it } = jest();
  if (missing === undefined) it(name, run, timeoutMs);
  else it.skip(`${name} (skipped: ${missing})`, run);
}
