// The two ways in which messages are handed in: as many as there is room for, and at a steady pace.
import { setTimeout as sleep } from 'node:timers/promises';
import { Watch } from '../processes.mjs';
import { Tally } from './tally.mjs';

/** Slower than any that is worth measuring. */
const slowestPerSecond = 50;
const graceMs = 60_000;
const tickMs = 5;

/** For profiles of other processes, which go by the same clock. */
const nowUs = () => Number(process.hrtime.bigint() / 1_000n);

/** How many calls reported them, and what the middle one took, ms. */
const callsIn = (calls) => ({ calls: calls.length, ms: calls.sort((a, b) => a - b)[Math.floor(calls.length / 2)] });

/** Hands messages to `place` (see round.mjs) by `hand(tally)`, and waits until each is priced. Resolves with the tally's result and what the processes took. */
async function phase(place, messages, hand, progress) {
  const tally = new Tally(messages);
  place.tell(tally);
  const stages = await place.watchStages();
  const watch = new Watch(place.pids(), { alone: ['harness'] });
  const timer = setInterval(() => progress(`${tally.pricedCount.toLocaleString('en')} of ${messages.length.toLocaleString('en')} priced`), 1_000);
  const withinMs = graceMs + (messages.length / slowestPerSecond) * 1_000;
  const late = new AbortController();
  const timeout = sleep(withinMs, undefined, { signal: late.signal }).then(() => Promise.reject(new Error(`after ${withinMs / 1_000} s ${tally.missing()}`)), () => undefined);
  let taken;
  const begunUs = nowUs();
  const [begunAt, callsBefore] = [performance.now(), place.receiptCalls.length];
  try {
    const handed = hand(tally).catch((error) => tally.fail(error));
    await Promise.race([tally.done, timeout.then(() => tally.done)]);
    await handed;
    const seconds = (performance.now() - begunAt) / 1_000;
    taken = watch.end();
    return { ...tally.result(), seconds, betweenUs: [begunUs, nowUs()], receipts: callsIn(place.receiptCalls.slice(callsBefore)), ...taken, stages: await stages(tally.acceptedAt()) };
  } finally {
    clearInterval(timer);
    late.abort();
    if (taken === undefined) watch.end();
  }
}

/** As fast as they are accepted, as long as no more than `outstanding` are accepted and not priced yet. */
export function fill(place, messages, { outstanding }, progress) {
  const { chunk, width } = place.handing;
  let next = 0;
  const hand = async (tally) => {
    while (next < messages.length) {
      const some = messages.slice(next, next + Math.min(chunk, outstanding));
      next += some.length;
      const room = () => next - tally.pricedCount <= outstanding;
      while (!room()) await Promise.race([tally.moved(), tally.done]);
      await place.accept(some, tally);
    }
  };
  return phase(place, messages, (tally) => Promise.all(Array.from({ length: width }, () => hand(tally))), progress);
}

/** So many a second, whatever becomes of those before: a platform that falls behind shows it in its latency. */
export function pace(place, messages, { rate }, progress) {
  const hand = async (tally) => {
    const begunAt = performance.now();
    const handed = [];
    for (let next = 0; next < messages.length; ) {
      const due = Math.min(messages.length, Math.floor(((performance.now() - begunAt) / 1_000) * rate));
      if (due > next) handed.push(place.accept(messages.slice(next, due), tally));
      next = Math.max(next, due);
      await sleep(tickMs);
    }
    await Promise.all(handed);
  };
  return phase(place, messages, hand, progress);
}
