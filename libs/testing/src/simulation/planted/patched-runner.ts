import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import ts from 'typescript';
import type { Runner } from '../world.js';
import type { PlantedFault } from './planted-faults.js';

const root = fileURLToPath(new URL('../../../../../', import.meta.url));

/** The shipped runner's sources with one patch, compiled where it finds the same packages as its own build. Throws where the patch no longer fits. */
export async function patchedRunner(fault: PlantedFault): Promise<Runner> {
  const out = join(root, 'node_modules', '.cache', 'parley-planted', fault.name);
  rmSync(out, { recursive: true, force: true });
  const sources = join(root, 'libs', 'bus', 'src');
  for (const file of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts') || file.endsWith('.fixture.ts')) continue;
    const text = readFileSync(join(sources, file), 'utf8');
    const patched = file === fault.file ? patch(text, fault) : text;
    const { outputText } = ts.transpileModule(patched, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } });
    const target = join(out, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  return (await import(pathToFileURL(join(out, 'index.js')).href)) as Runner;
}

function patch(text: string, { name, file, find, replace }: PlantedFault): string {
  const places = text.split(find).length - 1;
  if (places !== 1) throw new Error(`planted fault ${name}: its text stands ${places} times in ${file}; it has to be brought up to date`);
  return text.replace(find, () => replace);
}
