import type { ArchivePiece, Reading } from './facts.js';
import { Field } from './fields.js';
import { readRecorded } from './recorded.js';
import { isWebhook, readWebhook } from './webhook.js';

/** What one JSON value of an archive tells: a webhook body, or a line of our own form. Throws ArchiveFault. */
export function readPiece(value: unknown, reading: Reading): ArchivePiece {
  const piece = new Field(value, '');
  return isWebhook(piece) ? readWebhook(piece, reading) : readRecorded(piece, reading);
}
