import { Badge, Group, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Client } from '../api/client.js';
import type { Fault } from '../api/fault.js';
import { Bubble, ChatLog } from '../both-ends/chat.js';
import { speakTimeLeft, writeTimeLeft } from '../calendar/clock.js';
import { useAsked } from '../frame/asked.js';
import { FaultNotice, Loading } from '../frame/states.js';
import { saidIn } from '../phone/phone.js';
import { Composer } from './composer.js';
import type { Written } from './composer.js';
import type { ConversationEntry, ConversationList, SaidList, TemplateEntry, TemplateList } from './contract.js';
import { chargeText, priceLine, templateRequest, textRequest, tickOfSaid } from './inbox.js';
import type { Sending } from './inbox.js';
import { useChargesOf } from './use-charges-of.js';
import { useFollowed } from './use-followed.js';
import { useWindow } from './use-window.js';
import type { WindowNow } from './use-window.js';

interface ConversationViewProps {
  /** With the business's API key: window, price, charges. */
  readonly platform: Client;
  /** With its token: what is said. */
  readonly gateway: Client;
  readonly business: ConversationList['business'];
  readonly entry: ConversationEntry;
  readonly zone: string;
  onCharge(chargeId: string): void;
}

const wire = '/gateway/v23.0';

/** One conversation as the business sees it: what was said, how long an answer is free, what it cost. */
export function ConversationView({ platform, gateway, business, entry, zone, onCharge }: ConversationViewProps): ReactNode {
  const { contactId, conversationId, phone, phoneNumberId } = entry;
  const followed = useFollowed<SaidList>(gateway, `/gateway/v1/conversations/${encodeURIComponent(contactId)}/messages`);
  const said = followed.value?.data ?? [];
  const listed = useAsked(business.wabaId, (signal) => gateway.get<TemplateList>(`${wire}/${business.wabaId}/message_templates?status=APPROVED&limit=100`, signal));
  const templates = listed.state === 'ready' ? listed.value.data : [];
  const [chosen, choose] = useState<TemplateEntry | null>(null);
  const template = chosen ?? templates[0] ?? null;
  const [written, setWritten] = useState<Written | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [assumed, assume] = useState<Written>('text');
  const kind = written ?? assumed;
  const sending: Sending = kind === 'template' && template !== null ? { kind: 'template', category: template.category.toLowerCase() } : { kind: 'free_form' };
  const now = useWindow(platform, entry, followed.value?.version ?? '', sending);
  const charges = useChargesOf(platform, conversationId, said);
  // Where the window is closed a template is the way to write: it is offered, and words stay one click away.
  useEffect(() => assume(now.window !== null && !now.isOpen ? 'template' : 'text'), [now.window === null, now.isOpen]);
  const unread = said.filter(({ direction, isRead }) => direction === 'in' && isRead === false).map(({ id }) => id);
  useEffect(() => {
    if (document.visibilityState !== 'visible') return;
    for (const id of unread) void gateway.post(`${wire}/${phoneNumberId}/messages`, { messaging_product: 'whatsapp', status: 'read', message_id: id });
  }, [gateway, unread.join(' ')]);
  const send = async (request: object): Promise<boolean> => {
    const answer = await gateway.post(`${wire}/${phoneNumberId}/messages`, request);
    setFault('fault' in answer ? answer.fault : null);
    return 'value' in answer;
  };
  return (
    <>
      <Group justify="space-between" className="end-head">
        <div>
          <Title order={3} size="h6">{entry.name || `+${phone}`}</Title>
          <Text size="xs" c="dimmed">+{phone}</Text>
        </div>
        <Countdown {...now} />
      </Group>
      {followed.value === null && followed.fault === null ? <Loading height={300} what="the messages" /> : (
        <ChatLog name="Messages in the inbox" count={said.length + charges.size}>
          {said.map((one) => {
            const charge = charges.get(`${conversationId}.${one.messageId}`);
            return (
              <Bubble key={one.id} side={one.direction === 'out' ? 'own' : 'other'} at={Date.parse(one.at)} label={one.template && `Template · ${one.template.name}`} tick={tickOfSaid(one)} foot={charge && (
                <button type="button" className="link charge-link" onClick={() => onCharge(charge.chargeId)}>{chargeText(charge)}</button>
              )}>
                {saidIn(one)}
              </Bubble>
            );
          })}
        </ChatLog>
      )}
      {(fault ?? followed.fault) && <FaultNotice fault={(fault ?? followed.fault)!} />}
      <Composer
        written={kind}
        template={template}
        templates={templates}
        isOpen={now.isOpen}
        price={now.quote && priceLine(now.quote, now.now, zone)}
        onWritten={setWritten}
        onTemplate={choose}
        onText={(text) => send(textRequest(phone, text))}
        onFilled={(filled, values) => send(templateRequest(phone, filled, values))}
      />
    </>
  );
}

function Countdown({ window, now, isOpen }: WindowNow): ReactNode {
  if (window === null) return null;
  if (!isOpen || window.closesAt === null) return <Badge variant="outline" className="urgency now">Window closed</Badge>;
  const leftMs = Date.parse(window.closesAt) - now;
  return (
    <Text size="sm" className="left window-left">
      Window closes in{' '}
      <time dateTime={window.closesAt} aria-label={speakTimeLeft(leftMs)}>{writeTimeLeft(leftMs)}</time>
    </Text>
  );
}
