import { cardFields, maxCards, type ContactCard } from '@parley/sdk';
import { faultAt } from '../fault.js';
import { fieldsOf } from '../fields.js';
import { given, invalid, listAt, missing, optionalTextAt, textAt } from '../values.js';

export interface ContactsRequest {
  readonly type: 'contacts';
  readonly contacts: readonly ContactCard[];
}

const maxEach = 20;
const maxFieldCharacters = 1_000;
/** Lists of a card: our name, the wire's, and which fields each item has. */
const lists = [['phones', 'phone'], ['emails', 'email'], ['addresses', 'address'], ['urls', 'url']] as const;

/** The wire's name of a field of ours: `formattedName` is `formatted_name`. */
export function onWire(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Reads `contacts`. Throws WireFault. */
export function parseContacts(value: unknown): ContactsRequest {
  return { type: 'contacts', contacts: listAt(value, 'contacts', maxCards).map((card, i) => parseCard(card, `contacts[${i}]`)) };
}

function parseCard(value: unknown, path: string): ContactCard {
  const fields = fieldsOf(value, path);
  const { name, birthday, org } = fields;
  if (name === undefined) throw missing(`${path}.name`, 'is missing: {"formatted_name": "…", "first_name": "…"}.');
  const formattedName = textAt(fieldsOf(name, `${path}.name`)['formatted_name'], `${path}.name.formatted_name`, maxFieldCharacters);
  const several = lists.flatMap(([list, kind]) => (isLeftOut(fields[list]) ? [] : [[list, listAt(fields[list], `${path}.${list}`, maxEach).map((one, i) => texts(one, cardFields[kind], `${path}.${list}[${i}]`))]]));
  return {
    name: { ...texts(name, cardFields.name, `${path}.name`), formattedName },
    ...given('birthday', isLeftOut(birthday) ? null : dayAt(birthday, `${path}.birthday`)),
    ...Object.fromEntries(several),
    ...given('org', org === undefined ? null : texts(org, cardFields.org, `${path}.org`)),
  };
}

function texts(value: unknown, names: readonly string[], path: string): { readonly [field: string]: string } {
  const fields = fieldsOf(value, path);
  return Object.fromEntries(names.flatMap((name) => {
    const text = optionalTextAt(fields[onWire(name)], `${path}.${onWire(name)}`, maxFieldCharacters);
    return text === null ? [] : [[name, text]];
  })); // prettier-ignore
}

function isLeftOut(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function dayAt(value: unknown, field: string): string {
  if (typeof value !== 'string') throw invalid(field, 'must be text.');
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) throw faultAt('invalid-value', field, 'must be a day, YYYY-MM-DD.');
  return value;
}
