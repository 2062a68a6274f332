/** Every reason for which a request is not taken, closed, with what to do about it. On `parley.requests.rejected.v1` they stand as `code`. */
export const rejectCodes = {
  'missing-signature': 'Send the headers parley-key (id of an API key) and parley-signature (hex HMAC-SHA-256 of the value under the signing secret of that key).',
  'unknown-key': 'No API key of a business has this id, or it was revoked. Ask the operator for a key.',
  'bad-signature': 'The signature is not that of these bytes. Sign the value exactly as it is sent, with the signing secret that was told when the key was made.',
  'too-large': 'A value has at most 65,536 bytes. Send smaller content.',
  malformed: 'The value is not a record in the Confluent wire format (a zero byte, a schema id, Avro) that fits its schema.',
  'unknown-schema': 'No schema has this id. Take ids and schemas from the registry under /ingest/registry.',
  'wrong-type': 'This type of record is not one for requests. Send SendMessage, RecordConsent or ReportInbound.',
  'invalid-field': 'A field is outside its limits, or does not go with the others.',
  'missing-scope': 'The API key may not ask for this. Ask the operator for a key with the scope that the hint names.',
  'wrong-key': "The record's key has to be the conversation: business id, a dot, contact id.",
  'unknown-number': 'The number is not one of this business. The operator registers numbers.',
  'unknown-template': 'The business has no such template in this language.',
  'wrong-envelope': 'The content is not sealed, or was sealed for another message than the request names.',
  'stale-devices': 'The message was sealed for other devices than there are now. Fetch the lists (GET /delivery/v1/keys/accounts/{accountId}), seal it again, and send it under a new request id.',
  'idempotency-conflict': 'The request id came with another request within the last 7 days. Use a new one for a new request.',
  internal: 'The fault is on our side, and the request was not taken. Send it again under a new request id.',
} as const;

export type RejectCode = keyof typeof rejectCodes;

/** Why a request is not taken. `fieldPath` is empty where no one field is at fault. Never content. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly code: RejectCode;
  readonly fieldPath: string;
  readonly hint: string;
}

/** The hint is the code's own where none is given. */
export function rejected(code: RejectCode, fieldPath = '', hint: string = rejectCodes[code]): Rejection {
  return { kind: 'rejected', code, fieldPath, hint };
}
