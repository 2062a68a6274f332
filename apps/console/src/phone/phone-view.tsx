import { Button, Group, Menu, Paper, Text, Title } from '@mantine/core';
import type { Device, StoredMessage } from '@parley/sdk';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { Fault } from '../api/fault.js';
import { Bubble, ChatLog, WordsForm } from '../both-ends/chat.js';
import { FaultNotice, Loading } from '../frame/states.js';
import { saidIn, tickOf } from './phone.js';
import { Registration } from './registration.js';
import { SafetyNumber } from './safety-number.js';
import { deviceFault, usePhone } from './use-device.js';

interface PhoneViewProps {
  /** Whom it writes to: digits and name. Null while they are not known. */
  readonly business: { readonly phone: string; readonly name: string } | null;
  readonly code: string | null;
  /** Tells which number it has; null while it has none. */
  onNumber(number: string | null): void;
}

const openers = ['Where is my parcel?', 'Are you open today?'];

/** A customer's phone: really a device, in this browser. */
export function PhoneView({ business, code, onNumber }: PhoneViewProps): ReactNode {
  const { phone, look, again, forget } = usePhone();
  const number = phone.state === 'ready' ? (phone.profile?.phone ?? null) : null;
  useEffect(() => onNumber(number), [number]);
  switch (phone.state) {
    case 'opening':
      return <PhoneFrame title="A customer’s phone"><Loading height={420} what="the phone" /></PhoneFrame>;
    case 'failed':
      return <PhoneFrame title="A customer’s phone"><FaultNotice fault={phone.fault} again={again} /></PhoneFrame>;
    case 'new':
    case 'unlisted':
      return <PhoneFrame title="A customer’s phone"><Registration key={phone.state} device={phone.device} code={code} taken={phone.profile?.phone ?? null} onDone={look} onForget={forget} /></PhoneFrame>;
    case 'ready':
      return <Talk device={phone.device} number={phone.profile?.phone ?? ''} messages={phone.messages} problem={phone.problem} business={business} look={look} forget={forget} />;
    default:
      return phone satisfies never;
  }
}

interface TalkProps extends Pick<PhoneViewProps, 'business'> {
  readonly device: Device;
  readonly number: string;
  readonly messages: readonly StoredMessage[];
  readonly problem: string | null;
  look(): void;
  forget(): void;
}

function Talk({ device, number, messages, problem, business, look, forget }: TalkProps): ReactNode {
  const [fault, setFault] = useState<Fault | null>(null);
  const [compares, setCompares] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const attempt = async (run: () => Promise<unknown>): Promise<boolean> => {
    setFault(null);
    try {
      await run();
      return true;
    } catch (error) {
      setFault(deviceFault(error));
      return false;
    } finally {
      look();
    }
  };
  const write = (text: string): Promise<boolean> => attempt(async () => business && device.write(business.phone, text));
  const stop = async (): Promise<void> => {
    if (business !== null && (await attempt(() => device.stop(business.phone)))) setSaid('You said STOP: the business may not write to you until you write again.');
  };
  const menu = (
    <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
      <Menu.Target>
        <Button size="compact-sm" variant="subtle" aria-label="More on this phone">⋯</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => setCompares(true)}>Safety number</Menu.Item>
        <Menu.Item onClick={() => void stop()}>Say STOP</Menu.Item>
        <Menu.Item onClick={forget}>Forget this phone</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
  return (
    <PhoneFrame title={business?.name ?? 'The business'} about={`You are +${number}`} aside={menu}>
      <ChatLog name="Messages on the phone" count={messages.length}>
        {messages.length === 0 && <Text size="sm" c="dimmed" ta="center">Write to the business: an answer within its window is free.</Text>}
        {messages.map((message) => (
          <Bubble key={`${message.conversationId} ${message.messageId}`} side={message.direction === 'out' ? 'own' : 'other'} at={message.at} label={message.template && `Template · ${message.category ?? ''}`} tick={message.direction === 'out' ? tickOf(message) : null}>
            {saidIn(message)}
          </Bubble>
        ))}
      </ChatLog>
      {problem !== null && <Text size="xs" c="red" role="status">{problem}</Text>}
      {said !== null && <Text size="xs" c="dimmed" role="status">{said}</Text>}
      {fault && <FaultNotice fault={fault} />}
      {messages.length === 0 && (
        <Group gap={6} mb={6}>
          {openers.map((text) => (
            <Button key={text} size="compact-xs" variant="default" onClick={() => void write(text)}>{text}</Button>
          ))}
        </Group>
      )}
      <WordsForm label="Message to the business" action="Send" disabled={business === null} onSend={(text) => {
        setSaid(null);
        return write(text);
      }} />
      {compares && business !== null && <SafetyNumber device={device} business={business.phone} onClose={() => setCompares(false)} />}
    </PhoneFrame>
  );
}

function PhoneFrame({ title, about, aside, children }: { readonly title: string; readonly about?: string; readonly aside?: ReactNode; readonly children: ReactNode }): ReactNode {
  return (
    <Paper withBorder component="section" className="end handset" aria-label="The customer’s phone">
      <Group justify="space-between" wrap="nowrap" className="end-head">
        <div>
          <Title order={2} size="h5">{title}</Title>
          {about !== undefined && <Text size="xs" c="dimmed">{about}</Text>}
        </div>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}
