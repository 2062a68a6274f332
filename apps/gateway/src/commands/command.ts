import { sha256Hex } from '@parley/crypto';
import { ID_PATTERNS } from '@parley/contracts';
import type { BusinessRecord } from '@parley/bus-kafka/business';
import { faultAt, WireFault } from '../wire/fault.js';
import { fieldsOf } from '../wire/fields.js';
import { parseRequest, type MessageRequest, type ReadRequest } from '../wire/request.js';

/** What every record has, good or bad. */
interface Read {
  /** The publisher's word for it, else its place on the topic. */
  readonly requestId: string;
  /** Of the whole value: two records with one hash are one command. */
  readonly hash: string;
  /** As it was written; null where that cannot be read. */
  readonly phoneNumberId: string | null;
}

/** A command, or why the record is none. */
export type Command = (Read & { readonly request: MessageRequest | ReadRequest; readonly fault: null }) | (Read & { readonly fault: WireFault });

/** As the wire's: the longest text with the longest template is far below. */
export const maxCommandBytes = 256 * 1024;

/** Reads a record of the commands' topic: the body of `POST /{version}/{phone-number-id}/messages` with `phone_number_id` and `request_id` beside it. */
export function readCommand(topic: string, { partition, offset, value }: Pick<BusinessRecord, 'partition' | 'offset' | 'value'>): Command {
  const unnamed = { requestId: `${topic}-${partition}-${offset}`, phoneNumberId: null };
  const bytes = value ?? new Uint8Array();
  const whole = { ...unnamed, hash: sha256Hex(bytes) };
  if (bytes.length > maxCommandBytes) return { ...whole, fault: new WireFault('invalid-parameter', `The value has ${bytes.length} bytes; a command has at most ${maxCommandBytes}.`) };
  const parsed = parse(bytes);
  if (parsed instanceof WireFault) return { ...whole, fault: parsed };
  const { request_id: givenId, phone_number_id: phoneNumberId, ...body } = parsed;
  const read = { ...whole, hash: sha256Hex(JSON.stringify(parsed)), phoneNumberId: typeof phoneNumberId === 'string' ? phoneNumberId : null };
  if (givenId !== undefined && (typeof givenId !== 'string' || !ID_PATTERNS.Request.test(givenId))) {
    return { ...read, fault: faultAt('invalid-value', 'request_id', 'must be text of 1 to 128 letters, digits, _ and -.') };
  }
  const named = { ...read, requestId: givenId ?? unnamed.requestId };
  if (read.phoneNumberId === null) return { ...named, fault: faultAt('missing-parameter', 'phone_number_id', 'is missing: the id of the number to send from, as text.') };
  try {
    return { ...named, request: parseRequest(body), fault: null };
  } catch (error) {
    if (error instanceof WireFault) return { ...named, fault: error };
    throw error;
  }
}

function parse(bytes: Uint8Array): Readonly<Record<string, unknown>> | WireFault {
  try {
    return fieldsOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)), 'The body');
  } catch (error) {
    return error instanceof WireFault ? error : new WireFault('invalid-parameter', 'The value must be JSON in UTF-8. Check quotes, commas and the encoding.');
  }
}
