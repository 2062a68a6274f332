import { readdirSync, readFileSync } from 'node:fs';
import { readGoldenLedger, type GoldenLedger } from './ledger.js';

const folder = new URL('../../golden/', import.meta.url);

/** The policies that have a golden ledger, by its file's name. */
export function goldenPolicies(): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.txt')).map((name) => name.replace('.txt', '')).sort();
}

/** The golden ledger in golden/<policy>.txt. */
export function readGolden(name: string): GoldenLedger {
  return readGoldenLedger(name, readFileSync(new URL(`${name}.txt`, folder), 'utf8'));
}
