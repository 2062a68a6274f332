// Where the time between accepted and priced goes, from what the log says of itself: when each record of a message was written.

/** In the order in which a message meets them. A template is first requested as a notification. */
const steps = ['NotificationRequested', 'MessageRequested', 'MessageAdmitted', 'MessageSent', 'ReceiptReported', 'UsageRecorded', 'ChargePosted'];
const readRecords = 2_000;

/** Where each partition of the topics ends now. */
export async function endsOf(log, topics) {
  const ends = [];
  for (const topic of topics) {
    for (let partition = 0; partition < log.partitions(topic); partition += 1) ends.push({ topic, partition, offset: await log.end(topic, partition) });
  }
  return ends;
}

/** Message → step → epoch ms, of all that was written since these ends. */
async function writtenSince(log, codec, ends) {
  const times = new Map();
  for (const { topic, partition, offset: from } of ends) {
    const end = await log.end(topic, partition);
    for (let offset = from; offset < end; ) {
      const records = await log.read(topic, partition, offset, readRecords);
      if (records.length === 0) break;
      offset = records.at(-1).offset + 1;
      for (const { value } of records) note(times, value, codec);
    }
  }
  return times;
}

function note(times, value, codec) {
  const read = codec.readMeta(value);
  if (!steps.includes(read.type)) return;
  const event = codec.decode(value, read);
  const messageId = event.message?.messageId ?? event.messageId;
  const known = times.get(messageId) ?? {};
  times.set(messageId, known);
  known[read.type] ??= read.meta.recordedAt;
}

/** The median of the time from each step to the next, ms, as [{ to, ms }]; the first from the instant of acceptance. @param accepted message → epoch ms. */
export async function stagesOf(log, codec, ends, accepted) {
  const times = await writtenSince(log, codec, ends);
  const spent = new Map(steps.map((step) => [step, []]));
  for (const [messageId, at] of accepted) {
    let before = at;
    for (const step of steps) {
      const then = times.get(messageId)?.[step];
      if (then === undefined) continue;
      spent.get(step).push(then - before);
      before = then;
    }
  }
  return [...spent].filter(([, all]) => all.length > 0).map(([to, all]) => ({ to, ms: all.sort((a, b) => a - b)[Math.floor((all.length - 1) / 2)] }));
}
