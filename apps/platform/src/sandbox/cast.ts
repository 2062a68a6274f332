import { toId } from '@parley/contracts';

/** Who is in every sandbox. The phone numbers are of ranges that are reserved for fiction: nobody has them. */
export const cast = {
  business: {
    businessId: toId('Business', 'sandbox'),
    ownerId: toId('Owner', 'sandbox-owner'),
    name: 'Harbour Coffee',
    zone: 'Europe/Berlin',
    currency: 'USD',
    windowNoticeMs: 2 * 3_600_000,
  },
  number: { numberId: toId('Number', 'harbour'), displayName: 'Harbour Coffee', phone: '493023125042' },
  /** What the gateway calls business and number on the wire. */
  wire: { wabaId: '200000000000001', phoneNumberId: '100000000000001' },
  customer: { phone: '491713920007', name: 'phone' },
  template: {
    name: 'shipping_confirmation',
    language: 'en_US',
    category: 'utility',
    body: 'Your order {{1}} is on its way and should arrive on {{2}}.',
    parameters: [{ component: 'body', kinds: ['text', 'text'] }],
  },
} as const;
