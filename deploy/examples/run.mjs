// Runs the examples against a whole platform on this machine, and checks what each says: the outcome, and what the message cost.
import { languages, run } from './languages.mjs';
import { Place } from './place.mjs';

/** A utility template to a customer in Germany, by the rate card that comes with the code. */
const price = '0.055000 USD';
const withinMs = 60_000;
const texts = { typescript: 'TS-1', python: 'PY-1', java: 'JV-1' };

const counts = { passed: 0, failed: 0, skipped: 0 };
const startedAt = Date.now();
const tell = (line) => console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(5)} s  ${line}`);

function count(mark, name, detail = '') {
  const key = { '✓': 'passed', '✗': 'failed', '○': 'skipped' }[mark];
  counts[key] += 1;
  tell(`${mark} ${name}${detail && `: ${detail}`}`);
}

/** What is wrong with what an example printed; null where nothing is. */
function fault(said) {
  const lines = said.trim().split('\n');
  const wanted = [/^published \S{36}$/, /^outcome (delivered|read)$/, new RegExp(`^charge ${price.replace('.', '\\.')} by \\S+/\\S+$`)];
  const at = wanted.findIndex((pattern, line) => !pattern.test(lines[line] ?? ''));
  return at < 0 ? null : `line ${at + 1} should be ${wanted[at]}, but it printed:\n${said}`;
}

async function runExample(name, { command, args }, place, env) {
  try {
    const said = await run(command, args, { env, withinMs });
    const wrong = fault(said);
    if (wrong !== null) return count('✗', name, wrong);
    if (!JSON.stringify(place.received).includes(texts[name])) return count('✗', name, `the phone never received ${texts[name]}`);
    return count('✓', name, said.trim().split('\n').at(-1));
  } catch (error) {
    return count('✗', name, error.message);
  }
}

/** Every charge that was posted is one of an example, and all are what the examples said. */
async function checkCharges(place, token, ran) {
  const charges = await place.charges(token);
  const amounts = charges.map(({ amountMicros }) => amountMicros);
  if (charges.length === ran && amounts.every((amount) => amount === '55000')) count('✓', `GET /billing/v1/charges has ${ran}, of ${price} each`);
  else count('✗', `GET /billing/v1/charges should have ${ran} of ${price}`, JSON.stringify(amounts));
}

const prepared = new Map();
for (const [name, { prepare }] of Object.entries(languages)) {
  prepared.set(name, await prepare().catch((error) => ({ wrong: error.message })));
  tell(`${name} is prepared`);
}
// Counted by itself: it needs no server, and says that what people copy compiles.
count(prepared.get('typescript').wrong === undefined ? '✓' : '✗', 'the example in TypeScript compiles', prepared.get('typescript').wrong);

const place = new Place(tell);
let stopping;
const stop = () => (stopping ??= place.stop());
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void stop().then(() => process.exit(130)));
try {
  const missing = await place.start();
  const env = missing === null ? await place.environment() : {};
  for (const [name, example] of prepared) {
    if (example.wrong !== undefined) count('✗', name, example.wrong);
    else if (missing !== null || 'unavailable' in example) count('○', `${name} (skipped: ${missing ?? example.unavailable})`);
    else await runExample(name, example, place, env);
  }
  if (missing === null) await checkCharges(place, env.PARLEY_API_KEY, [...prepared.values()].filter(({ command }) => command !== undefined).length);
} catch (error) {
  count('✗', 'the platform for the examples', error.stack ?? String(error));
} finally {
  await stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed > 0 ? 1 : 0);
