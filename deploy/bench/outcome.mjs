// What a program has decided, as a count and a sum that do not depend on the order.
import { createCodec } from '@parley/bus';
import { conversations, ledger, partitions } from './workload.mjs';

/** What of a decision both programs must agree on; null for a record that is no decision. */
function essence(event) {
  switch (event.type) {
    case 'MessageAdmitted':
      return [event.message.messageId, event.lastInboundAt, event.entryPointAt, event.windowClosesAt];
    case 'MessageRefused':
      return [event.message.messageId, event.reason];
    case 'ChargePosted':
      return [event.chargeId, event.amount, event.unitPrice, event.rule, event.currency, event.rateCardId, event.illustrative, event.pricingCategory, event.pricingType, event.month];
    case 'DecisionSkipped':
      return [event.key, event.reason];
    default:
      return null;
  }
}

function hashOf(text) {
  let [one, other] = [0x811c9dc5, 0x1b873593];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995) ^ (other >>> 15);
  }
  return (BigInt(one >>> 0) << 32n) | BigInt(other >>> 0);
}

/** Reads both topics from their beginning. */
export async function outcomeOn(log) {
  const codec = createCodec();
  const counts = {};
  let sum = 0n;
  let micros = 0n;
  for (const topic of [conversations, ledger]) {
    for (let partition = 0; partition < partitions; partition += 1) {
      const end = await log.end(topic, partition);
      for (let offset = 0; offset < end; ) {
        const records = await log.read(topic, partition, offset, 5_000);
        // What stands behind the last record is the mark of a transaction's end.
        if (records.length === 0) break;
        offset = records.at(-1).offset + 1;
        for (const { value } of records) {
          const read = codec.readMeta(value);
          if (!decisions.has(read.type)) continue;
          const event = codec.decode(value, read);
          counts[event.type] = (counts[event.type] ?? 0) + 1;
          if (event.type === 'ChargePosted') micros += event.amount;
          sum = BigInt.asUintN(64, sum + hashOf([event.type, ...essence(event)].join('|')));
        }
      }
    }
  }
  return { counts, micros: micros.toString(), checksum: sum.toString(16).padStart(16, '0') };
}

const decisions = new Set(['MessageAdmitted', 'MessageRefused', 'ChargePosted', 'DecisionSkipped']);
