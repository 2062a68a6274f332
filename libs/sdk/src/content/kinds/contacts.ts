import { formed, line, list, maybe, object } from '../fields.js';
import { checkSaid, type Said } from './said.js';

type Optional<K extends string> = { readonly [key in K]?: string };

/** The Cloud API's fields of a contact, each text; names as there, in our spelling. */
export const cardFields = {
  name: ['formattedName', 'firstName', 'middleName', 'lastName', 'prefix', 'suffix'],
  phone: ['phone', 'waId', 'type'],
  email: ['email', 'type'],
  address: ['street', 'city', 'state', 'zip', 'country', 'countryCode', 'type'],
  url: ['url', 'type'],
  org: ['company', 'department', 'title'],
} as const;

type CardField<K extends keyof typeof cardFields> = Optional<(typeof cardFields)[K][number]>;

/** A person or a shop, as one hands on a visiting card. */
export type ContactCard = {
  readonly name: { readonly formattedName: string } & Omit<CardField<'name'>, 'formattedName'>;
  /** YYYY-MM-DD. */
  readonly birthday?: string;
  readonly phones?: readonly CardField<'phone'>[];
  readonly emails?: readonly CardField<'email'>[];
  readonly addresses?: readonly CardField<'address'>[];
  readonly urls?: readonly CardField<'url'>[];
  readonly org?: CardField<'org'>;
};

export type ContactsContent = Said & { readonly type: 'contacts'; readonly contacts: readonly ContactCard[] };

/** The Cloud API's limit (its reference of contacts messages). How many fit an envelope depends on what they say. */
export const maxCards = 257;
const maxEach = 20;
const maxFieldLength = 1000;

export function checkContacts({ contacts, ...said }: ContactsContent): ContactsContent {
  return { type: 'contacts', contacts: list(contacts, 'contacts', 1, maxCards).map((card, i) => checkCard(card, `contacts[${i}]`)), ...checkSaid(said) };
}

function checkCard({ name, birthday, phones, emails, addresses, urls, org }: ContactCard, field: string): ContactCard {
  const formattedName = line(object(name, `${field}.name`).formattedName, `${field}.name.formattedName`, 1, maxFieldLength);
  const each = <K extends 'phone' | 'email' | 'address' | 'url'>(kind: K, path: string) => (value: readonly CardField<K>[]) =>
    list(value, path, 1, maxEach).map((one, i) => texts(one, cardFields[kind], `${path}[${i}]`));
  return {
    name: { ...texts(name, cardFields.name, `${field}.name`), formattedName },
    ...maybe('birthday', birthday, (day) => formed(day, `${field}.birthday`, /^\d{4}-\d{2}-\d{2}$/, 'a day such as 1990-12-31')),
    ...maybe('phones', phones, each('phone', `${field}.phones`)),
    ...maybe('emails', emails, each('email', `${field}.emails`)),
    ...maybe('addresses', addresses, each('address', `${field}.addresses`)),
    ...maybe('urls', urls, each('url', `${field}.urls`)),
    ...maybe('org', org, (one) => texts(one, cardFields.org, `${field}.org`)),
  };
}

/** Those of the fields that are there, each text. */
function texts<K extends string>(value: Optional<K>, fields: readonly K[], path: string): Optional<K> {
  const given = object(value, path);
  return Object.fromEntries(fields.flatMap((field) => (given[field] === undefined ? [] : [[field, line(given[field], `${path}.${field}`, 0, maxFieldLength)]]))) as Optional<K>;
}
