import { Button, CloseButton, Group, Progress, ScrollArea, Select, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { writeCount, writeMoney } from '../amount/amount.js';
import { longDay, writeRange } from '../calendar/day.js';
import { FaultNotice, Figure, Figures, Nothing, Panel } from '../frame/states.js';
import { writeHour } from '../late-cost/late-cost.js';
import { ChargeTable } from './charge-table.js';
import { sumOf } from './charges.js';
import type { Selection } from './charges.js';
import type { ChargesAsked } from './use-charges.js';

interface ChargesViewProps {
  readonly selection: Selection;
  readonly isOneDay: boolean;
  readonly zone: string;
  readonly currency: string;
  readonly asked: ChargesAsked;
  /** The countries that can be chosen. */
  readonly markets: readonly string[];
  onSelect(change: Partial<Pick<Selection, 'market' | 'paid' | 'lateAt'>> & { readonly day?: null }): void;
  onCharge(chargeId: string): void;
}

const shownRows = 200;

/** Which charges make up a number. */
export function ChargesView({ selection, isOneDay, zone, currency, asked, markets, onSelect, onCharge }: ChargesViewProps): ReactNode {
  const { found, isReading, fault, again, goOn } = asked;
  const { charges } = found;
  const isWhole = found.next === null;
  const free = charges.filter(({ amountMicros }) => amountMicros === '0').length;
  return (
    <>
      <Figures>
        <Figure name={isWhole ? 'These charges add up to' : 'So far they add up to'} value={writeMoney(sumOf(charges), currency)} note={selection.range ? writeRange(selection.range) : 'all days'} />
        <Figure name="Charges" value={writeCount(charges.length)} {...(isWhole ? {} : { note: 'so far' })} />
        <Figure name="Free" value={writeCount(free)} />
        <Figure name="Paid" value={writeCount(charges.length - free)} />
      </Figures>
      <Panel title="Charges" about={`One for each delivered message; times are of ${zone}. Choose one to see where it comes from.`} aside={<Filters selection={selection} markets={markets} onSelect={onSelect} />}>
        <Group gap="xs" mb="xs" mih={28}>
          {isOneDay && selection.range && <Chip text={longDay(selection.range.to)} onClear={() => onSelect({ day: null })} />}
          {selection.lateAt && <Chip text={`Late, ${writeHour(selection.lateAt)}`} onClear={() => onSelect({ lateAt: null })} />}
          <Text size="xs" c="dimmed" role="status">
            {isReading ? `Reading: ${writeCount(charges.length)} charges so far …` : `${writeCount(charges.length)} found`}
          </Text>
        </Group>
        {isReading && <Progress value={100} striped animated size="xs" mb="xs" aria-label="Reading charges" />}
        {fault && <FaultNotice fault={fault} again={again} />}
        {!fault && !isReading && charges.length === 0 && isWhole && (
          <Nothing title="No charge belongs to this selection">Take away a filter, or choose other days. A message is charged when it is first delivered or read.</Nothing>
        )}
        <ScrollArea className="tall" type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Charges, scrollable' }}>
          {charges.length > 0 && <ChargeTable charges={charges.slice(0, shownRows)} currency={currency} zone={zone} onCharge={onCharge} />}
          {charges.length > shownRows && (
            <Text size="xs" c="dimmed" ta="center" mt="xs">
              The latest {shownRows} of {writeCount(charges.length)} are listed; the sum above is of all of them.
            </Text>
          )}
        </ScrollArea>
        {!isReading && !isWhole && !fault && (
          <Group justify="center" mt="sm">
            <Button variant="default" size="xs" onClick={goOn}>
              Read on
            </Button>
          </Group>
        )}
      </Panel>
    </>
  );
}

function Chip({ text, onClear }: { readonly text: string; onClear(): void }): ReactNode {
  return (
    <span className="chip">
      {text}
      <CloseButton size="xs" aria-label={`Take away: ${text}`} onClick={onClear} />
    </span>
  );
}

function Filters({ selection, markets, onSelect }: Pick<ChargesViewProps, 'selection' | 'markets' | 'onSelect'>): ReactNode {
  const countries = [...new Set([...markets, ...(selection.market === null ? [] : [selection.market])])].sort();
  const paid = [
    { value: 'all', label: 'Free and paid' },
    { value: 'paid', label: 'Paid' },
    { value: 'free', label: 'Free' },
  ];
  return (
    <Group gap="xs" wrap="nowrap">
      <Select size="xs" w={190} aria-label="Country" placeholder="All countries" clearable searchable data={countries} value={selection.market} onChange={(market) => onSelect({ market })} clearButtonProps={{ 'aria-label': 'All countries' }} />
      <Select size="xs" w={140} aria-label="Free or paid" data={paid} allowDeselect={false} value={selection.paid} onChange={(chosen) => onSelect({ paid: chosen === 'paid' || chosen === 'free' ? chosen : 'all' })} />
    </Group>
  );
}
