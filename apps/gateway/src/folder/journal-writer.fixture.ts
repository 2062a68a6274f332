// Run by journal.spec.ts as a process of its own, to be killed: writes numbers into a folder's journal, saying each one once it is acknowledged.
import { openFolder } from './folder.js';
import { Numbers, testSecret } from './numbers.fixture.js';

const [path = ''] = process.argv.slice(2);
const numbers = new Numbers();
const { journal } = await openFolder(path, testSecret, numbers);

// Several writers at once, so that frames hold more than one append and a kill can come between any two.
async function write(writer: number): Promise<void> {
  for (let n = numbers.nextOf(writer); ; n++) {
    await journal.append({ type: 'Written', writer, n, padding: 'x'.repeat((n * 37) % 2_000) });
    process.stdout.write(`${writer} ${n}\n`);
  }
}
await Promise.all([0, 1, 2, 3].map(write));
