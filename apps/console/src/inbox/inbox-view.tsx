import { Badge, Group, Paper, Text, Title, UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Client } from '../api/client.js';
import { FaultNotice, Loading, Nothing } from '../frame/states.js';
import { ConversationView } from './conversation-view.js';
import type { ConversationEntry, ConversationList } from './contract.js';
import { entryShown } from './inbox.js';
import type { Followed } from './use-followed.js';

interface InboxViewProps {
  readonly platform: Client;
  readonly gateway: Client;
  readonly followed: Followed<ConversationList>;
  readonly zone: string;
  /** Digits of the phone beside it: its conversation is shown where nobody chose another. */
  readonly ownPhone: string | null;
  onCharge(chargeId: string): void;
}

/** The business's inbox: who wrote, and one conversation, which stays when others get newer. */
export function InboxView({ platform, gateway, followed, zone, ownPhone, onCharge }: InboxViewProps): ReactNode {
  const [chosen, choose] = useState<string | null>(null);
  const [first, setFirst] = useState<string | null>(null);
  const { value, fault } = followed;
  const latest = value?.data[0]?.contactId ?? null;
  useEffect(() => setFirst((before) => before ?? latest), [latest]);
  const entry = entryShown(value?.data ?? [], { chosen, ownPhone, first });
  return (
    <Paper withBorder component="section" className="end inbox" aria-label="The business’s inbox">
      <Group className="end-head">
        <Title order={2} size="h5">{value === null ? 'The business’s inbox' : `${value.business.name}: inbox`}</Title>
      </Group>
      {fault && <FaultNotice fault={fault} />}
      {value === null && fault === null && <Loading height={420} what="the inbox" />}
      {value !== null && entry === null && (
        <Nothing title="Nobody has written yet">Register the phone and write a message: it arrives here, opened by the business’s own gateway. Between the two it is sealed.</Nothing>
      )}
      {value !== null && entry !== null && (
        <div className="inbox-columns">
          <nav aria-label="Conversations" className="conversations">
            {value.data.map((one) => <Entry key={one.contactId} entry={one} isChosen={one.contactId === entry.contactId} onChoose={() => choose(one.contactId)} />)}
          </nav>
          <div className="conversation">
            <ConversationView key={entry.contactId} platform={platform} gateway={gateway} business={value.business} entry={entry} zone={zone} onCharge={onCharge} />
          </div>
        </div>
      )}
    </Paper>
  );
}

function Entry({ entry: { name, phone, unread, last }, isChosen, onChoose }: { readonly entry: ConversationEntry; readonly isChosen: boolean; onChoose(): void }): ReactNode {
  return (
    <UnstyledButton className="conversation-entry" aria-current={isChosen} onClick={onChoose}>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text size="sm" fw={600} truncate>{name || `+${phone}`} <Text span size="xs" c="dimmed" title={`+${phone}`}>…{phone.slice(-4)}</Text></Text>
        {unread > 0 && <Badge size="sm" circle aria-label={`${unread} not read`}>{unread}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" truncate>{last.direction === 'out' ? 'You: ' : ''}{last.text ?? 'cannot be shown'}</Text>
    </UnstyledButton>
  );
}
