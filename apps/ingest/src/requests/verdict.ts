import { FrameError } from '@parley/bus';
import type { Codec, LogRecord } from '@parley/bus';
import { conversationIdOf } from '@parley/contracts';
import type { AnyEvent, BusinessId, Instant, Output, RecordConsent, ReportInbound, RequestId, SendMessage } from '@parley/contracts';
import { sha256Hex } from '@parley/crypto/node';
import { addressFault, rejected, takeConsent, takeInbound, takeMessage } from '@parley/domain';
import type { Catalog, Rejection } from '@parley/domain';
import type { Caller, Scope } from '@parley/service';
import type { PresentOf } from '../devices/account-devices.js';
import type { Authenticity, Callers } from './authenticity.js';
import { sealedOf } from './sealed.js';

type RequestEvent = SendMessage | RecordConsent | ReportInbound;

/** The tenant of rejects of records that nobody is believed to have written: the operator's to see. */
export const unattributed = 'unattributed';

/** What a record comes to. */
export interface Verdict {
  /** Whose request it is: proven, or `unattributed`. */
  readonly businessId: string;
  /** The request's id; null where it could not be read. */
  readonly requestId: RequestId | null;
  readonly type: RequestEvent['type'] | null;
  /** What is asked, as hex SHA-256; metadata aside, so that a request that is written again by new code is the same. Of the bytes, where they could not be read. */
  readonly contentHash: string;
  /** A rejection, or the outputs that follow, in order, with their event time (null: now). */
  readonly outcome: Rejection | { readonly kind: 'taken'; readonly outputs: readonly Output[]; readonly at: Instant | null };
}

/** What verdicts are given by. */
export interface Grounds {
  readonly codec: Codec;
  readonly authenticity: Authenticity;
  readonly callers: Callers;
  readonly catalog: Catalog;
  readonly now: Instant;
  /** The devices of the accounts that the records' keys name. */
  readonly presentOf: PresentOf;
}

/** The one place that decides what a record on the topic of requests comes to. Never throws, whatever the record holds; `fault` hears of what is a fault of ours. */
export function verdictOf(record: LogRecord, grounds: Grounds, fault: (error: unknown) => void): Verdict {
  const guarded = <Result>(work: () => Result): Result | Rejection => {
    try {
      return work();
    } catch (error) {
      fault(error);
      return rejected('internal');
    }
  };
  const caller = guarded(() => grounds.authenticity.callerOf(record, grounds.callers));
  if ('code' in caller) return { businessId: unattributed, ...unread(record), outcome: caller };
  const { businessId } = caller;
  const event = guarded(() => read(record, grounds.codec));
  if ('code' in event) return { businessId, ...unread(record), outcome: event };
  const { requestId, type } = event;
  return { businessId, requestId, type, contentHash: contentHashOf(event), outcome: guarded(() => outcomeOf(event, record.key, caller, grounds)) };
}

function unread(record: LogRecord): Pick<Verdict, 'requestId' | 'type' | 'contentHash'> {
  return { requestId: null, type: null, contentHash: sha256Hex(record.value) };
}

function read({ value }: LogRecord, codec: Codec): RequestEvent | Rejection {
  let event: AnyEvent;
  try {
    event = codec.decode(value);
  } catch (error) {
    if (error instanceof FrameError) return frameRejection(error);
    throw error;
  }
  return isRequest(event) ? event : rejected('wrong-type');
}

export function isRequest(event: AnyEvent): event is RequestEvent {
  return Object.hasOwn(scopesOfType, event.type);
}

/** The message of a FrameError names the field and the rule, never the value. */
export function frameRejection({ code, message }: FrameError): Rejection {
  switch (code) {
    case 'too_large':
      return rejected('too-large');
    case 'unknown_schema':
      return rejected('unknown-schema');
    case 'invalid_value': {
      const [, path = '', hint] = /^invalid_value: \w+((?:\.\w+|\[\d+\])*): (.*)$/.exec(message) ?? [];
      return rejected('invalid-field', path.replace(/^\./, ''), hint);
    }
    case 'bad_magic':
    case 'truncated':
    case 'trailing_bytes':
    case 'bad_number':
    case 'bad_length':
    case 'bad_branch':
    case 'block_count':
    case 'bad_text':
      return rejected('malformed', '', `the value does not fit the schema it names (${code})`);
    default:
      return code satisfies never;
  }
}

/** What is asked, metadata aside. */
export function contentHashOf(event: RequestEvent): string {
  const { meta: _, authorization: __, ...asked } = event;
  const content = 'envelope' in asked ? { ...asked, envelope: sha256Hex(asked.envelope) } : asked;
  return sha256Hex(JSON.stringify(content));
}

function outcomeOf(event: RequestEvent, key: string, caller: Caller, grounds: Grounds): Verdict['outcome'] {
  const businessId = caller.businessId as BusinessId;
  const { link, number } = event.meta;
  if (event.authorization !== null) return rejected('invalid-field', 'authorization', 'must be null: a request is signed in its headers');
  if (link !== '' || number !== 0) return rejected('invalid-field', link === '' ? 'meta.number' : 'meta.link', 'must be empty and 0: only our own lanes number their records');
  const missing = missingScope(event, caller);
  if (missing !== null) return missing;
  if (key !== conversationIdOf(businessId, event.contactId)) return rejected('wrong-key');
  return asked(event, caller, grounds);
}

function asked(event: RequestEvent, caller: Caller, { catalog, now, presentOf }: Grounds): Verdict['outcome'] {
  const businessId = caller.businessId as BusinessId;
  switch (event.type) {
    case 'SendMessage': {
      const template = event.template && { ...event.template, version: null };
      const sealed = sealedOf(event.envelope);
      const taken = takeMessage({ ...event, template }, sealed, { businessId, lane: laneOf(caller) }, catalog, now);
      if (taken.kind === 'rejected') return taken;
      const present = { from: presentOf('business', businessId), to: presentOf('contact', event.contactId) };
      return addressFault(sealed, { from: businessId, device: null, to: event.contactId }, present) ?? { ...taken, at: now };
    }
    case 'RecordConsent': {
      const taken = takeConsent(event, businessId);
      return taken.kind === 'taken' ? { ...taken, at: null } : taken;
    }
    case 'ReportInbound':
      return takeInbound(event, sealedOf(event.envelope), businessId, catalog, now);
    default:
      return event satisfies never;
  }
}

/** A key that may do both is software: by hand means with a key that can do nothing else. */
export function laneOf({ scopes }: Pick<Caller, 'scopes'>): 'api' | 'app' {
  return scopes.has('messages:send') ? 'api' : 'app';
}

const scopesOfType = {
  SendMessage: ['messages:send', 'messages:send-app'],
  RecordConsent: ['consents:write'],
  ReportInbound: ['inbound:report'],
} as const satisfies Record<RequestEvent['type'], readonly Scope[]>;

/** The scopes with which a key can ask for anything on the topic. */
export const requestScopes: readonly Scope[] = Object.values(scopesOfType).flat();

function missingScope({ type }: RequestEvent, { scopes }: Caller): Rejection | null {
  const wanted = scopesOfType[type];
  return wanted.some((scope) => scopes.has(scope)) ? null : rejected('missing-scope', '', `the key needs the scope ${wanted.join(' or ')}`);
}
