// Seals a part of the messages in a thread of its own.
import { parentPort, workerData } from 'node:worker_threads';
import { written } from './written.mjs';

const { people, form, from, to } = workerData;
for (let index = from; index < to; ) {
  const until = Math.min(to, index + 100);
  const messages = [];
  for (; index < until; index += 1) messages.push(written[form](people, index));
  parentPort.postMessage(messages);
}
