import { acceptedOf, type Accepted, type Violate } from '../accepted.js';
import { read, type Written } from './judge.js';
import type { IntakeWorkload } from './workload.js';
import { laneOf, mark, partitions, source, written, type IntakeWorld } from './world.js';

/**
 * Holds what an intake lane promises against a world that has come to rest: each request once, in full, and each refusal once. A restored
 * database may have taken with it what was committed and never reached the log: that alone may then turn out otherwise than others were told.
 */
export function checkIntake(world: IntakeWorld, { asked }: IntakeWorkload, restored: boolean, violate: Violate): void {
  const accepted = written.flatMap((topic) => Array.from({ length: partitions }, (_, partition) => acceptedOf(world, topic, partition, violate)).flat());
  const records = Array.from({ length: partitions }, (_, partition) => world.log.records(source, partition).filter(({ key }) => key !== mark).map((record) => ({ partition, record })));
  for (const [partition, list] of records.entries()) {
    const end = list.length === 0 ? 0 : list.at(-1)!.record.offset + 1;
    const offset = world.store.rowOf(laneOf(partition))?.offset ?? 0;
    if (offset !== end) violate(1, `${laneOf(partition)} rests at ${offset}, its last record ends at ${end}`);
  }
  checkCauses(world, accepted, violate);
  checkCatalog(accepted, violate);
  const appeared = new Set(records.flat().map(({ record }) => read(record).content));
  const ids = new Map<string, Written[]>();
  for (const one of asked) if (appeared.has(one.content)) ids.set(one.requestId, [...(ids.get(one.requestId) ?? []), one]);
  for (const [requestId, contents] of ids) checkRequest(requestId, contents.map(({ content }) => effectsOf(accepted, content)), restored, violate);
}

interface Effects {
  readonly granted: number;
  readonly envelopes: number;
  readonly refused: number;
  readonly conflicts: number;
}

function effectsOf(accepted: readonly Accepted[], content: string): Effects {
  const count = (holds: (event: Accepted['event']) => boolean): number => accepted.filter(({ event }) => holds(event)).length;
  return {
    granted: count((event) => event.type === 'ConsentGranted' && event.source === content),
    envelopes: count((event) => event.type === 'EnvelopeStored' && new TextDecoder().decode(event.bytes) === content),
    refused: count((event) => event.type === 'RequestRejected' && event.fieldPath === content && event.code === 'refused'),
    conflicts: count((event) => event.type === 'RequestRejected' && event.fieldPath === content && event.code === 'conflict'),
  };
}

/** 12: of all that was written under one id one is the request, taken or refused, once; every other one was refused as a conflict, once. */
function checkRequest(requestId: string, effects: readonly Effects[], restored: boolean, violate: Violate): void {
  const told = effects.map(({ granted, envelopes, refused, conflicts }) => `taken ${granted} times with ${envelopes} envelopes, refused ${refused} times, a conflict ${conflicts} times`).join('; ');
  const firsts = effects.filter(({ granted, refused }) => granted + refused > 0);
  const once = firsts.length === 1 && firsts.every(({ granted, refused }) => granted + refused === 1) && effects.every(({ conflicts }) => conflicts <= 1);
  const whole = effects.every(({ granted, envelopes, refused, conflicts }) => envelopes === granted && granted + refused + conflicts === 1);
  const announced = effects.every(({ granted, envelopes }) => envelopes >= granted);
  if (!once || !announced || (!whole && !restored)) violate(12, `${requestId}: ${told}`);
}

/** 1: every output names a record that asked for it. */
function checkCauses(world: IntakeWorld, accepted: readonly Accepted[], violate: Violate): void {
  for (const { event } of accepted) {
    const { cause, link } = event.meta;
    const record = cause && world.log.records(cause.topic as typeof source, cause.partition)[cause.offset];
    const content = event.type === 'ConsentGranted' ? event.source : event.type === 'RequestRejected' ? event.fieldPath : undefined;
    if (!record || link !== laneOf(cause.partition)) violate(1, `an output of ${link} names no record of its partition`);
    else if (content !== undefined && read(record).content !== content) violate(1, `${link}: an output names the record at ${cause.offset}, which asked for something else`);
  }
}

/** 10: a lane never decides by less of the catalog than it has stamped before. */
function checkCatalog(accepted: readonly Accepted[], violate: Violate): void {
  const known = new Map<string, number>();
  for (const { event, topic, partition } of accepted) {
    const { link, catalogOffset } = event.meta;
    const place = `${link} on ${topic}/${partition}`;
    if (catalogOffset < (known.get(place) ?? 0)) violate(10, `${place}: knew ${known.get(place)} of the catalog, then ${catalogOffset}`);
    known.set(place, catalogOffset);
  }
}
