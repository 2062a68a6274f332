import type { Instant, Lane, PayloadOf, PolicyId } from '@parley/contracts';
import { scopeOf, type Scope } from '../effective.js';
import type { LocalDate } from '../zone.js';
import type { PolicyDocument } from './document.js';
import { parsePolicyDocument } from './parse.js';

/** A published policy, plain enough for JSON. */
export interface Policy {
  readonly policyId: PolicyId;
  readonly version: number;
  readonly effectiveFrom: LocalDate;
  /** True when no bill may be made of it. */
  readonly illustrative: boolean;
  readonly document: PolicyDocument;
  readonly scope: Scope | null;
}

/** The policy of a catalog event. Throws a PolicyDocumentError when its document cannot be used, a RangeError when its scope cannot. */
export function policyOf(event: PayloadOf<'PolicyPublished'>): Policy {
  const { policyId, version, effectiveFrom, illustrative } = event;
  const scope = scopeOf(event.scope, `policy ${policyId} version ${version}`);
  return { policyId, version, effectiveFrom, illustrative, document: parsePolicyDocument(event.document), scope };
}

export const hourMs = 3_600_000;

/** First instant at which the free window after a contact's message is no longer open. */
export function windowClosesAt(lastInboundAt: Instant, document: PolicyDocument): Instant {
  return lastInboundAt + document.freeWindowHours * hourMs;
}

/** Whether a message sent at `sentAt` was inside the window. Strict: at the very instant of closing it is late. */
export function isInsideWindow(sentAt: Instant, lastInboundAt: Instant | null, document: PolicyDocument): boolean {
  return lastInboundAt !== null && sentAt < windowClosesAt(lastInboundAt, document);
}

/** Whether a free-form message may still be sent after the window. */
export function admitsLateReply(lane: Lane, document: PolicyDocument): boolean {
  return document.lateReply[lane] === 'charge';
}

/** Whether a price under this policy depends on the owner's counters: months' allowances or tiers. */
export function needsCounters({ charges, tiers }: PolicyDocument): boolean {
  return tiers !== null || charges.some(({ allowance }) => allowance !== null);
}

/** Whether a price under this policy depends on the sessions of the conversation, that of an entry point among them. */
export function needsSessions({ sessions, entryPoint }: PolicyDocument): boolean {
  return sessions !== null || entryPoint !== null;
}
