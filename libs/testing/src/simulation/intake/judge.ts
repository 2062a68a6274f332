import type { IntakeRecovery, IntakeRequest, LogRecord } from '@parley/bus';
import type { BusinessId, Output, RequestId } from '@parley/contracts';
import { takeConsent } from '@parley/domain';

/** What a record of the simulation holds: the judge is told all of it, and nothing is signed. */
export interface Written {
  readonly businessId: string;
  readonly requestId: string;
  /** Tells the content from that of every other record. */
  readonly content: string;
  /** Whether it is to be taken, refused, or refused where the catalog is older than this offset. */
  readonly wish: 'take' | 'refuse' | number;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function writtenRecord(written: Written): Pick<LogRecord, 'key' | 'value'> {
  return { key: 'any', value: utf8.encode(JSON.stringify(written)) };
}

export function read({ value }: Pick<LogRecord, 'value'>): Written {
  return JSON.parse(text.decode(value)) as Written;
}

/** What the record comes to. The catalog of the simulation is nothing but its own offset. */
export function requestOf(record: Pick<LogRecord, 'value'>, catalog: number): IntakeRequest {
  const { businessId, requestId, content, wish } = read(record);
  const refusal = (code: string): Output[] => [
    { topic: 'parley.requests.rejected.v1', key: businessId, event: { type: 'RequestRejected', businessId: businessId as BusinessId, requestId: requestId as RequestId, code, fieldPath: content, hint: '' } },
  ];
  const request = (idempotencyKey: string, outputs: readonly Output[]): IntakeRequest => ({
    ...{ businessId, idempotencyKey, bodyHash: content, answer: '', at: null, outputs },
    conflicting: () => request(`conflict ${requestId} ${content}`, refusal('conflict')),
    unfit: () => ({ outputs: refusal('unfit'), at: null }),
  });
  const takes = wish === 'take' || (typeof wish === 'number' && catalog >= wish);
  return request(`request ${requestId}`, takes ? outputs(businessId, content) : refusal('refused'));
}

/** An envelope goes first, as with a message: so that what is torn shows. */
function outputs(businessId: string, content: string): readonly Output[] {
  const contactId = `c${content.length}` as never;
  const taken = takeConsent({ contactId, action: 'grant', categories: ['utility'], source: content, proof: 'simulated' }, businessId as BusinessId);
  if (taken.kind !== 'taken') throw new Error('the simulation asks for what nobody takes');
  const { conversationId } = taken;
  const envelope = { type: 'EnvelopeStored', businessId: businessId as BusinessId, contactId, conversationId, messageId: 'm' as never, to: 'contact', bytes: utf8.encode(content) } as const;
  return [...taken.outputs, { topic: 'parley.envelopes.v1', key: conversationId, event: envelope }];
}

/** The key under which an output says that its record was taken. */
export const keyOf: IntakeRecovery['keyOf'] = (record, output) => {
  const request = requestOf(record, 0);
  return output.type === 'RequestRejected' && output.code === 'conflict' ? request.conflicting() : request;
};
