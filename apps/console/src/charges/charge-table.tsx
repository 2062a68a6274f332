import { Table, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Charge } from '../api/contract.js';
import { columnDecimals, readMicros, writeAmount } from '../amount/amount.js';
import { inZone } from '../calendar/clock.js';
import { shortDay } from '../calendar/day.js';

interface ChargeTableProps {
  readonly charges: readonly Charge[];
  readonly currency: string;
  readonly zone: string;
  onCharge(chargeId: string): void;
}

export function ChargeTable({ charges, currency, zone, onCharge }: ChargeTableProps): ReactNode {
  const decimals = columnDecimals(charges.map(({ amountMicros }) => readMicros(amountMicros)), currency);
  return (
    <Table stickyHeader highlightOnHover verticalSpacing={6} className="numbers">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Delivered</Table.Th>
          <Table.Th scope="col" className="words">Country</Table.Th>
          <Table.Th scope="col" className="words">Category</Table.Th>
          <Table.Th scope="col" className="words">Message</Table.Th>
          <Table.Th scope="col" className="words">Rule</Table.Th>
          <Table.Th scope="col">{currency}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {charges.map((charge) => {
          const { day, time } = inZone(charge.deliveredAt, zone);
          return (
            <Table.Tr key={charge.chargeId}>
              <Table.Th scope="row">
                <UnstyledButton className="link" onClick={() => onCharge(charge.chargeId)}>
                  {shortDay(day)}, {time}
                </UnstyledButton>
              </Table.Th>
              <Table.Td className="words">{charge.market}</Table.Td>
              <Table.Td className="words">{charge.category}</Table.Td>
              <Table.Td className="words">{charge.template?.name ?? (charge.lane === 'app' ? 'reply by hand' : 'reply')}</Table.Td>
              <Table.Td className="words">{charge.rule}</Table.Td>
              <Table.Td>{writeAmount(readMicros(charge.amountMicros), currency, decimals)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
