// Writes v1.json: what a second implementation of PROTOCOL.md is held against. Needs the built library (npm run build).
//   node vectors/generate.mjs           writes it
//   node vectors/generate.mjs --check   fails when the committed file is not what it would write
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { vectorsFile } from '../dist/vectors/vectors.js';

const target = fileURLToPath(new URL('v1.json', import.meta.url));
const wanted = vectorsFile();

const committed = () => {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return null;
  }
};

if (!process.argv.includes('--check')) writeFileSync(target, wanted);
else if (committed() !== wanted) {
  console.error('libs/crypto/vectors/v1.json is not what the library makes. Fix: node libs/crypto/vectors/generate.mjs; a change of it is a new version of the protocol.');
  process.exitCode = 1;
}
