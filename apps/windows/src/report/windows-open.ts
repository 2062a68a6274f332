import { instantSql } from '@parley/bus-postgres';
import type { ReportView } from '@parley/bus-postgres';

export const windowsOpenView: ReportView = {
  name: 'windows_open',
  about: 'Conversations whose window is open now: an answer is free until closes_at.',
  columns: {
    business_id: ['w.business_id', 'Business that may answer.'],
    conversation_id: ['w.conversation_id', 'Business and contact.'],
    contact_id: ['w.contact_id', 'The customer: opaque, no phone number.'],
    last_inbound_at: [instantSql('w.last_inbound_at'), 'When the customer wrote last.'],
    closes_at: [instantSql('w.closes_at'), 'When the window closes, by the policy that was in force when the customer wrote; HTTP answers by the policy of now.'],
    minutes_left: [`floor((w.closes_at - extract(epoch from now()) * 1000) / 60000)::int`, 'Whole minutes until then.'],
    market: [`(select r.market from "windows"."reply" r where r.conversation_id = w.conversation_id order by r.number desc limit 1)`, 'Region of the rate card that the customer belongs to, by the directory when they last wrote; null until their first message is known here.'],
  },
  from: 'from "windows"."window" w',
  where: 'w.closes_at > floor(extract(epoch from now()) * 1000)::bigint',
  business: 'w.business_id',
};
