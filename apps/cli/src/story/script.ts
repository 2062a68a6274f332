import type { Instant } from '@parley/contracts';

/** A business of the story. `by` says how it answers: with software, or by hand in the small-business app. */
export interface CastBusiness {
  readonly id: string;
  readonly ownerId: string;
  readonly name: string;
  readonly phone: string;
  readonly by: 'api' | 'app';
}

/** A customer of the story; the country follows from the number, as it does on the platform. */
export interface CastCustomer {
  readonly name: string;
  readonly phone: string;
}

/** All businesses of the story are in this zone and billed in this currency. */
export const zone = 'Europe/Berlin';
export const currency = 'USD';

export const businesses = {
  shop: { id: 'blue-door', ownerId: 'blue-door-ltd', name: 'Blue Door', phone: '493055500100', by: 'api' },
  tailor: { id: 'mona', ownerId: 'mona', name: 'Mona', phone: '493055500200', by: 'app' },
} as const satisfies Record<string, CastBusiness>;

export const customers = {
  anna: { name: 'Anna', phone: '4915155500001' },
  paul: { name: 'Paul', phone: '4915155500002' },
  ravi: { name: 'Ravi', phone: '919855500003' },
  carla: { name: 'Carla', phone: '5511955500004' },
  tom: { name: 'Tom', phone: '12125550005' },
  lea: { name: 'Léa', phone: '33655500006' },
  amina: { name: 'Amina', phone: '2348035550007' },
  jonas: { name: 'Jonas', phone: '4915155500008' },
  sofia: { name: 'Sofia', phone: '393355500009' },
} as const satisfies Record<string, CastCustomer>;

export type BusinessRole = keyof typeof businesses;
export type CustomerRole = keyof typeof customers;

export const template = {
  name: 'shipping_confirmation',
  language: 'en',
  version: 1,
  category: 'utility',
  body: 'Hello {{1}}, order {{2}} is on its way.',
} as const;

/** Something that somebody does. `writes`: customer to business; `answers` and `notifies`: business to customer. */
export type Act = { readonly at: Instant; readonly business: BusinessRole; readonly customer: CustomerRole } & (
  | { readonly does: 'writes' | 'answers'; readonly text: string }
  | { readonly does: 'notifies'; readonly values: readonly string[] }
);

export interface Scene {
  readonly title: string;
  /** Whether the closing of a window is worth a line. */
  readonly showsWindows: boolean;
  readonly acts: readonly Act[];
}

/** August 2018 in Berlin, where clocks are two hours ahead of UTC: day of the month, hour and minute. */
function on(day: number, hour: number, minute: number): Instant {
  return Date.UTC(2018, 7, day, hour - 2, minute);
}

const writes = (at: Instant, customer: CustomerRole, business: BusinessRole, text: string): Act => ({ does: 'writes', at, customer, business, text });
const answers = (at: Instant, business: BusinessRole, customer: CustomerRole, text: string): Act => ({ does: 'answers', at, customer, business, text });

export const beginsAt: Instant = on(3, 9, 0);

const [friday, saturday, sunday, monday] = [3, 4, 5, 6];

export const scenes: readonly Scene[] = [
  {
    title: 'Replies are free for 24 h after the customer’s last message; later, each costs the country’s rate.',
    showsWindows: true,
    acts: [
      writes(on(friday, 19, 0), 'anna', 'shop', 'Have you got the blue kettle?'),
      answers(on(friday, 21, 0), 'shop', 'anna', 'Yes, two are left.'),
      answers(on(saturday, 20, 0), 'shop', 'anna', 'Now it is the last.'),
    ],
  },
  {
    title: 'A notification, such as this shipping confirmation, is made from a template and costs that rate.',
    showsWindows: false,
    acts: [{ does: 'notifies', at: on(saturday, 20, 30), business: 'shop', customer: 'anna', values: ['Anna', '1138'] }],
  },
  {
    title: 'A small business that answers by hand in the app pays nothing, however late.',
    showsWindows: false,
    acts: [
      writes(on(friday, 20, 15), 'jonas', 'tailor', 'Is my coat ready?'),
      answers(on(sunday, 10, 15), 'tailor', 'jonas', 'It is!'),
    ],
  },
  {
    title: 'A business may write only to people who contacted it first.',
    showsWindows: false,
    acts: [
      answers(on(sunday, 12, 0), 'shop', 'paul', 'Kettles, 20 % off!'),
      { does: 'notifies', at: on(sunday, 12, 5), business: 'shop', customer: 'paul', values: ['Paul', '1139'] },
    ],
  },
  {
    title: 'The weekend: everybody writes, the shop is closed, and on Monday morning it answers.',
    showsWindows: false,
    acts: [
      writes(on(friday, 22, 5), 'ravi', 'shop', 'Do you ship to Pune?'),
      writes(on(saturday, 11, 8), 'carla', 'shop', 'My parcel has not arrived.'),
      writes(on(saturday, 15, 12), 'tom', 'shop', 'Can I change the address?'),
      writes(on(saturday, 20, 16), 'lea', 'shop', 'The lid does not fit.'),
      writes(on(sunday, 8, 20), 'amina', 'shop', 'Is the red one in stock?'),
      writes(on(sunday, 9, 25), 'jonas', 'shop', 'When do you open?'),
      writes(on(sunday, 16, 30), 'sofia', 'shop', 'Could I return it?'),
      answers(on(monday, 9, 5), 'shop', 'ravi', 'Within a week.'),
      answers(on(monday, 9, 8), 'shop', 'carla', 'We ask the carrier.'),
      answers(on(monday, 9, 12), 'shop', 'tom', 'Sure.'),
      answers(on(monday, 9, 12), 'shop', 'tom', 'What is it?'),
      answers(on(monday, 9, 16), 'shop', 'lea', 'A new one is coming.'),
      answers(on(monday, 9, 20), 'shop', 'amina', 'It is.'),
      answers(on(monday, 9, 25), 'shop', 'jonas', 'At nine.'),
      answers(on(monday, 9, 30), 'shop', 'sofia', 'Of course.'),
    ],
  },
];

/** The scene whose late replies are added up. */
export const weekend: Scene = scenes.at(-1)!;
