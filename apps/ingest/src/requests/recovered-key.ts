import { createCodec, FrameError } from '@parley/bus';
import type { IntakeRecovery } from '@parley/bus';
import type { AnyEvent } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto/node';
import { conflictKey, keyOf } from './intake-request.js';
import { contentHashOf, isRequest, unattributed } from './verdict.js';

const codec = createCodec();

/**
 * The key that a record was taken under, given the output that it led to. The output says whose the record was: it was proven then, and is not
 * proven again, so that a recovery needs no secret.
 */
export const recoveredKey: IntakeRecovery['keyOf'] = (record, output) => {
  const businessId = 'message' in output ? output.message.businessId : 'businessId' in output ? output.businessId : unattributed;
  const request = businessId === unattributed ? null : requestIn(record.value);
  const contentHash = request === null ? sha256Hex(record.value) : contentHashOf(request);
  const rejection = output.type === 'RequestRejected' ? output : null;
  const isConflict = rejection?.code === 'idempotency-conflict';
  const idempotencyKey = isConflict ? conflictKey(rejection.requestId, contentHash) : keyOf(request?.requestId ?? null, contentHash);
  return { businessId, idempotencyKey, bodyHash: contentHash, answer: JSON.stringify(rejection?.code ?? 'taken') };
};

function requestIn(value: Uint8Array): Extract<AnyEvent, { type: 'SendMessage' | 'RecordConsent' | 'ReportInbound' }> | null {
  try {
    const event = codec.decode(value);
    return isRequest(event) ? event : null;
  } catch (error) {
    if (error instanceof FrameError) return null;
    throw error;
  }
}
