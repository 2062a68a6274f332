import { phoneDigitsOf } from '@parley/crypto';
import { line, malformed, maybe, object } from '../fields.js';

/** The contact who wrote, said inside the sealed content: the business learns a phone number from the contact, never from the platform. */
export type ContactName = {
  /** Digits of the number; who opens it checks with the directory that it is this contact's. */
  readonly phone: string;
  /** What the contact calls itself; unproven. */
  readonly name: string;
};

/** What anything that is said may have. */
export type Said = {
  /** Only in what a contact sends. */
  readonly from?: ContactName;
  /** The message this one answers, if it was quoted. */
  readonly replyTo?: string;
};

export function checkSaid({ from, replyTo }: Said): Said {
  return { ...maybe('from', from, checkContact), ...maybe('replyTo', replyTo, (id) => checkMessageId(id, 'replyTo')) };
}

export function checkMessageId(id: string, field: string): string {
  return line(id, field, 1, 128);
}

function checkContact(from: ContactName): ContactName {
  const { phone, name } = object(from, 'from');
  if (typeof phone !== 'string' || phoneDigitsOf(phone) !== phone) throw malformed('from.phone is the digits of a number');
  return { phone, name: line(name, 'from.name', 0, 256) };
}
