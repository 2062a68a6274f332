import { Drawer, Stack, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Client } from '../api/client.js';
import type { Charge, Place } from '../api/contract.js';
import { readMicros, writeMoney } from '../amount/amount.js';
import { inZone } from '../calendar/clock.js';
import { longDay } from '../calendar/day.js';
import { useAsked } from '../frame/asked.js';
import { Illustrative } from '../frame/illustrative.js';
import { WhenAsked } from '../frame/states.js';
import { explainRule } from './rule.js';

interface ChargeDrawerProps {
  readonly client: Client;
  /** Null keeps it closed. */
  readonly chargeId: string | null;
  /** The charge where the list has it already; else it is asked for. */
  readonly known: Charge | null;
  readonly zone: string;
  onClose(): void;
}

/** One charge: its rule, its prices, and its place on the log. */
export function ChargeDrawer({ client, chargeId, known, zone, onClose }: ChargeDrawerProps): ReactNode {
  const asked = useAsked(chargeId === null || known ? null : chargeId, (signal) => client.get<Charge>(`/billing/v1/charges/${encodeURIComponent(chargeId ?? '')}`, signal));
  return (
    <Drawer opened={chargeId !== null} onClose={onClose} position="right" size={520} title="Charge" lockScroll={false} closeButtonProps={{ 'aria-label': 'Close' }} transitionProps={{ duration: 0 }}>
      {known ? <ChargeFacts charge={known} zone={zone} /> : (
        <WhenAsked asked={asked} what="the charge" height={400}>
          {(charge) => <ChargeFacts charge={charge} zone={zone} />}
        </WhenAsked>
      )}
    </Drawer>
  );
}

export function ChargeFacts({ charge, zone }: { readonly charge: Charge; readonly zone: string }): ReactNode {
  const { currency, policy, rateCard, evidence, template } = charge;
  const at = (instant: string | null): string | null => {
    if (instant === null) return null;
    const { day, time } = inZone(instant, zone);
    return `${longDay(day)}, ${time}`;
  };
  return (
    <Stack gap="md" className="charge">
      <div>
        <Text className="amount">{writeMoney(readMicros(charge.amountMicros), currency)}</Text>
        <Illustrative shown={charge.illustrative} />
      </div>
      <Facts
        title="Why it costs this"
        rows={[
          ['Rule', <><code>{charge.rule}</code><br />{explainRule(charge.rule)}</>],
          ['Policy', `${policy.policyId}, version ${policy.version}`],
          ['Rate card', rateCard && `${rateCard.rateCardId}, version ${rateCard.version}`],
          ['Unit price', writeMoney(readMicros(charge.unitPriceMicros), currency)],
          ['Budget', charge.budget && `${writeMoney(readMicros(charge.budget.reservedMicros), currency)} was set aside of ${charge.budget.month}`],
          ['Waived', charge.budget === null || charge.budget.waivedMicros === '0' ? null : writeMoney(readMicros(charge.budget.waivedMicros), currency)],
          ['Country', charge.market],
          ['Category', charge.category],
          ['Lane', charge.lane === 'app' ? 'app: by hand' : charge.lane],
          ['Template', template && `${template.name} (${template.language}), version ${template.version}`],
        ]}
      />
      <Facts
        title={`When it happened (${zone})`}
        rows={[
          ['Customer wrote', at(charge.lastInboundAt) ?? 'never'],
          ['Came through an ad', at(charge.entryPointAt)],
          ['Requested', at(charge.requestedAt)],
          ['Sent', at(charge.sentAt)],
          ['Delivered', at(charge.deliveredAt)],
          ['Charged', at(charge.postedAt)],
        ]}
      />
      <Facts
        title="Its place on the log"
        rows={[
          ['Usage', <PlaceText key="usage" place={evidence.usage} />],
          ['Receipt', evidence.receipt && <PlaceText key="receipt" place={evidence.receipt} />],
          ['Catalog', <>priced by the catalog up to offset <code>{evidence.catalogOffset}</code></>],
          ['Event', <code key="event">{evidence.eventId}</code>],
          ['Charge', <code key="charge">{charge.chargeId}</code>],
          ['Message', <code key="message">{charge.messageId}</code>],
          ['Conversation', <code key="conversation">{charge.conversationId}</code>],
        ]}
      />
    </Stack>
  );
}

function PlaceText({ place: { topic, partition, offset } }: { readonly place: Place }): ReactNode {
  return (
    <>
      <code>{topic}</code>, partition <code>{partition}</code>, offset <code>{offset}</code>
    </>
  );
}

/** Facts with a name; those that are null do not apply and are left out. */
function Facts({ title, rows }: { readonly title: string; readonly rows: readonly (readonly [name: string, value: ReactNode])[] }): ReactNode {
  return (
    <section>
      <Title order={3} size="h6" mb={4}>
        {title}
      </Title>
      <Table variant="vertical" verticalSpacing={5} withTableBorder className="facts">
        <Table.Tbody>
          {rows.filter(([, value]) => value !== null).map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={130}>
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
