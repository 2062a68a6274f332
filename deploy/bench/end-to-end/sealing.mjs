// Messages sealed before anything is timed: a business's software does that, and it costs more than all that follows.
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** @param form of `written`: what is made of each message. */
export async function sealAll(people, form, count, progress) {
  const threads = Math.min(availableParallelism(), 16);
  const share = Math.ceil(count / threads);
  let made = 0;
  const parts = await Promise.all(Array.from({ length: threads }, (_, thread) => {
    const part = { people, form, from: Math.min(count, thread * share), to: Math.min(count, (thread + 1) * share) };
    return sealPart(part, (messages) => progress(`sealing: ${(made += messages.length).toLocaleString('en')} of ${count.toLocaleString('en')} messages`));
  }));
  return parts.flat();
}

function sealPart(part, heard) {
  const worker = new Worker(new URL('./sealing-worker.mjs', import.meta.url), { workerData: part });
  const all = [];
  worker.on('message', (messages) => {
    all.push(...messages);
    heard(messages);
  });
  return new Promise((resolve, reject) => {
    worker.once('error', reject).once('exit', (code) => (code === 0 ? resolve(all) : reject(new Error(`a sealing thread ended with ${code}`))));
  });
}
