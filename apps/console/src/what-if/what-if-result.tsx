import { ScrollArea, SegmentedControl, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { columnDecimals, readMicros, writeAmount, writeCount, writeMoney } from '../amount/amount.js';
import type { RepricedCurrency, WhatIfJob } from '../api/contract.js';
import { Illustrative } from '../frame/illustrative.js';
import { FaultNotice, Figure, Figures, Nothing, Panel } from '../frame/states.js';
import { ChangeChart } from './change-chart.js';
import { repricedResidual } from './what-if.js';

/** What the same messages cost, and would cost under the rules asked about. */
export function WhatIfResult({ job }: { readonly job: WhatIfJob }): ReactNode {
  const currencies = job.result?.currencies ?? [];
  const [chosen, choose] = useState<string | null>(null);
  const repriced = currencies.find(({ currency }) => currency === chosen) ?? currencies[0];
  if (job.result === null || repriced === undefined) {
    return (
      <Panel title={job.title}>
        <Nothing title="No message was delivered in these days">The question was about what was really sent. Choose other days above.</Nothing>
      </Panel>
    );
  }
  return (
    <>
      {currencies.length > 1 && <SegmentedControl size="xs" mb="sm" aria-label="Currency" data={currencies.map(({ currency }) => currency)} value={repriced.currency} onChange={choose} />}
      <Totals repriced={repriced} />
      <div className="columns">
        <Panel title={job.title} about="What businesses paid, and would pay: those that change most first." aside={<Illustrative shown={repriced.illustrative > 0} />}>
          <ChangeChart repriced={repriced} />
        </Panel>
        <Panel title="Businesses" about={aboutOf(repriced)}>
          <ScrollArea className="changes" type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Businesses, scrollable' }}>
            <BusinessTable repriced={repriced} />
          </ScrollArea>
          {job.result.unpriced.map(({ reason, messages }) => (
            <Text key={reason} size="xs" c="dimmed" mt={4}>
              {writeCount(messages)} without a price, in no sum: {reason}
            </Text>
          ))}
        </Panel>
      </div>
    </>
  );
}

function aboutOf({ messages, illustrative }: RepricedCurrency): string {
  return `${writeCount(messages)} messages${illustrative > 0 ? `; ${writeCount(illustrative)} of them at prices that are examples` : ''}.`;
}

function Totals({ repriced }: { readonly repriced: RepricedCurrency }): ReactNode {
  const { currency, share, p50, p95, winners, losers, unchanged } = repriced;
  const rest = repricedResidual(repriced);
  const money = (text: string): string => writeMoney(readMicros(text), currency);
  return (
    <>
      {rest !== null && <FaultNotice fault={{ status: 200, title: 'These numbers do not add up', detail: `The businesses differ from the total by ${writeMoney(rest, currency)}.`, fix: 'Ask again. If it stays, tell the platform’s operator: it is a fault.' }} />}
      <Figures>
        <Figure name="As was" value={money(repriced.wasMicros)} />
        <Figure name="Would be" value={money(repriced.wouldBeMicros)} />
        <Figure name="Change" value={money(repriced.changeMicros)} note={share ?? 'nothing was paid before'} />
        <Figure name="Half of the businesses" value={p50 ?? '–'} note="change by at most this: p50" />
        <Figure name="95 of 100 businesses" value={p95 ?? '–'} note="change by at most this: p95" />
        <Figure name="Win, lose" value={`${writeCount(winners)}, ${writeCount(losers)}`} note={`${writeCount(unchanged)} would pay the same`} />
      </Figures>
    </>
  );
}

const shownRows = 200;

function BusinessTable({ repriced: { businesses, currency } }: { readonly repriced: RepricedCurrency }): ReactNode {
  const decimals = columnDecimals(businesses.flatMap(({ wasMicros, wouldBeMicros }) => [readMicros(wasMicros), readMicros(wouldBeMicros)]), currency);
  const amount = (text: string): string => writeAmount(readMicros(text), currency, decimals);
  return (
    <>
      <Table stickyHeader verticalSpacing={5} className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Business</Table.Th>
            <Table.Th scope="col">As was</Table.Th>
            <Table.Th scope="col">Would be</Table.Th>
            <Table.Th scope="col">Change</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {businesses.slice(0, shownRows).map((one) => (
            <Table.Tr key={one.businessId}>
              <Table.Th scope="row">{one.businessId}</Table.Th>
              <Table.Td>{amount(one.wasMicros)}</Table.Td>
              <Table.Td>{amount(one.wouldBeMicros)}</Table.Td>
              <Table.Td>{one.share ?? (readMicros(one.changeMicros) === 0n ? '–' : 'new')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {businesses.length > shownRows && (
        <Text size="xs" c="dimmed" ta="center" mt="xs">
          The first {shownRows} of {writeCount(businesses.length)}; <code>parley reprice</code> writes all of them.
        </Text>
      )}
    </>
  );
}
