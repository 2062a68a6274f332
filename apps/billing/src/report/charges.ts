import type { ReportView } from '@parley/bus-postgres';
import { amountSql, instantSql } from './instant.js';

export const businessesView: ReportView = {
  name: 'businesses',
  about: 'Businesses, as last registered.',
  columns: {
    business_id: ['b.business_id', 'Identity of the business.'],
    owner_id: ['b.owner_id', 'Owner who pays for it.'],
    name: ['b.name', 'Its name.'],
    zone: ['b.zone', 'IANA time zone of its days and months.'],
    currency: ['b.currency', 'Currency it is charged in, ISO 4217; never changes.'],
  },
  from: 'from "billing"."business" b',
  business: 'b.business_id',
};

export const chargesView: ReportView = {
  name: 'charges',
  about: 'Charges: one per message that was delivered or read, also where it cost nothing. Never changed once posted.',
  columns: {
    charge_id: ['c.charge_id', 'Identity of the charge: conversation and message.'],
    business_id: ['c.business_id', 'Business that sent the message.'],
    owner_id: ['c.owner_id', 'Owner who pays.'],
    conversation_id: ['c.conversation_id', 'Business and contact.'],
    contact_id: ['c.contact_id', 'The customer: opaque, no phone number.'],
    message_id: ['c.message_id', 'Identity of the message within its conversation.'],
    number_id: ['c.number_id', 'Number that the customer saw as sender.'],
    lane: ['c.lane', 'How it was sent: api, or app (by hand).'],
    kind: ['c.kind', 'free_form or template.'],
    category: ['c.category', 'marketing, utility, authentication or service.'],
    template: ['c.template_name', 'Name of the template; null for free text.'],
    template_language: ['c.template_language', 'Language of the template; null for free text.'],
    market: ['c.market', 'Rate-card region of the customer.'],
    requested_at: [instantSql('c.requested_at'), 'When the business asked for it.'],
    sent_at: [instantSql('c.sent_at'), 'When it was released to the customer; decides whether it was late.'],
    delivered_at: [instantSql('c.delivered_at'), 'First of delivered or read; decides policy, card and month.'],
    posted_at: [instantSql('c.posted_at'), 'When it was charged.'],
    last_inbound_at: [instantSql('c.last_inbound_at'), 'The customer’s last message before it was sent; null if there was none.'],
    currency: ['c.currency', 'Currency of the amounts, ISO 4217.'],
    amount: [amountSql('c.amount_micros'), 'What it cost, in the currency’s main unit; exact.'],
    amount_micros: ['c.amount_micros', 'The same in millionths.'],
    unit_price: [amountSql('c.unit_price_micros'), 'Price on the card before any allowance; 0 where the rule is free.'],
    rule: ['c.rule', 'Rule that set the amount, such as S0/late-free-form.'],
    policy_id: ['c.policy_id', 'Policy in force at delivered_at.'],
    policy_version: ['c.policy_version', 'Its version.'],
    rate_card_id: ['c.rate_card_id', 'Rate card of the price; null where the rule needed none.'],
    rate_card_version: ['c.rate_card_version', 'Its version.'],
    illustrative: ['c.illustrative', 'Whether the prices are examples, of which no bill may be made.'],
  },
  from: 'from "billing"."charge" c',
  business: 'c.business_id',
};
