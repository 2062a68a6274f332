import type { IntakeRequest } from '@parley/bus';
import type { BusinessId, Output, Position, RequestId } from '@parley/contracts';
import { rejected } from '@parley/domain';
import type { Rejection } from '@parley/domain';
import { frameRejection } from './verdict.js';
import type { Verdict } from './verdict.js';

/**
 * A verdict as the intake lane commits it. A request's id has one outcome: the same request again has no effect, another one under the same id
 * is rejected, and so is a corrected one after a rejection. These keys are a space of their own beside the Idempotency-Keys of HTTP.
 */
export function intakeRequestOf(verdict: Verdict, position: Pick<Position, 'partition' | 'offset'>): IntakeRequest {
  const { businessId, requestId, contentHash, outcome } = verdict;
  const toldId = requestId ?? (`record-${position.partition}-${position.offset}` as RequestId);
  const refusal = (rejection: Rejection): Pick<IntakeRequest, 'outputs' | 'at'> => ({ outputs: [rejectionOutput(businessId, toldId, rejection)], at: null });
  const request = (idempotencyKey: string, answer: string, written: Pick<IntakeRequest, 'outputs' | 'at'>): IntakeRequest => ({
    ...{ businessId, idempotencyKey, bodyHash: contentHash, answer, ...written },
    conflicting: () => request(conflictKey(toldId, contentHash), 'idempotency-conflict', refusal(rejected('idempotency-conflict', 'requestId'))),
    unfit: (fault) => refusal(frameRejection(fault)),
  });
  const idempotencyKey = keyOf(requestId, contentHash);
  return outcome.kind === 'taken' ? request(idempotencyKey, 'taken', outcome) : request(idempotencyKey, outcome.code, refusal(outcome));
}

/** A request's key. What has no id is told from others by its content: the same bytes again are not rejected twice. */
export function keyOf(requestId: RequestId | null, contentHash: string): string {
  return requestId === null ? `record ${contentHash}` : `request ${requestId}`;
}

/** The key of a request that used another one's id. */
export function conflictKey(requestId: RequestId, contentHash: string): string {
  return `request-conflict ${requestId} ${contentHash}`;
}

const longestPath = 256;
const longestHint = 512;

function rejectionOutput(businessId: string, requestId: RequestId, { code, fieldPath, hint }: Rejection): Output {
  const event = { type: 'RequestRejected' as const, businessId: businessId as BusinessId, requestId, code, fieldPath: fieldPath.slice(0, longestPath), hint: hint.slice(0, longestHint) };
  return { topic: 'parley.requests.rejected.v1', key: businessId, event };
}
