import { ScrollArea, Table, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Micros } from '@parley/money';
import { columnDecimals, writeAmount, writeCount, writeShare } from '../amount/amount.js';
import { longDay } from '../calendar/day.js';
import type { Spending } from './spend.js';
import type { Drill } from './spend-view.js';

interface TableProps {
  readonly spending: Spending;
  readonly currency: string;
  onDrill(drill: Drill): void;
}

/** Every country with a message, the dearest first. */
export function CountryTable({ spending: { countries }, currency, whole, onDrill }: TableProps & { readonly whole: Micros }): ReactNode {
  const decimals = columnDecimals(countries.map(({ micros }) => micros), currency);
  return (
    <ScrollArea className="tall with-legend" type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Countries, scrollable' }}>
      <Table stickyHeader highlightOnHover verticalSpacing={6} className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Country</Table.Th>
            <Table.Th scope="col">Free</Table.Th>
            <Table.Th scope="col">Paid</Table.Th>
            <Table.Th scope="col">{currency}</Table.Th>
            <Table.Th scope="col">Share</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {countries.map(({ market, free, paid, micros }) => (
            <Table.Tr key={market}>
              <Table.Th scope="row">
                <UnstyledButton className="link" onClick={() => onDrill({ market })}>
                  {market}
                </UnstyledButton>
              </Table.Th>
              <Table.Td>{writeCount(free)}</Table.Td>
              <Table.Td>{writeCount(paid)}</Table.Td>
              <Table.Td>{writeAmount(micros, currency, decimals)}</Table.Td>
              <Table.Td>{writeShare(micros, whole)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

/** The chart's numbers, for who would rather read them. */
export function DayTable({ spending: { days }, currency, onDrill }: TableProps): ReactNode {
  const decimals = columnDecimals(days.map(({ micros }) => micros), currency);
  return (
    <ScrollArea className="tall with-legend" type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Days, scrollable' }}>
      <Table stickyHeader highlightOnHover verticalSpacing={6} className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Day</Table.Th>
            <Table.Th scope="col">Messages</Table.Th>
            <Table.Th scope="col">Free</Table.Th>
            <Table.Th scope="col">Paid</Table.Th>
            <Table.Th scope="col">{currency}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {days.toReversed().map(({ day, messages, free, paid, micros }) => (
            <Table.Tr key={day}>
              <Table.Th scope="row">
                {messages === 0 ? longDay(day) : (
                  <UnstyledButton className="link" onClick={() => onDrill({ day })}>
                    {longDay(day)}
                  </UnstyledButton>
                )}
              </Table.Th>
              <Table.Td>{writeCount(messages)}</Table.Td>
              <Table.Td>{writeCount(free)}</Table.Td>
              <Table.Td>{writeCount(paid)}</Table.Td>
              <Table.Td>{writeAmount(micros, currency, decimals)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}
