import { Badge, Button, Group, ScrollArea, Table, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import type { OpenWindows } from '../api/contract.js';
import { writeCount } from '../amount/amount.js';
import { inZone, speakTimeLeft, writeTimeLeft } from '../calendar/clock.js';
import { shortDay } from '../calendar/day.js';
import { Figure, Figures, Nothing, Panel } from '../frame/states.js';
import { clockLead, countdowns } from './open-windows.js';
import type { Countdown, Urgency } from './open-windows.js';

interface OpenWindowsViewProps {
  readonly windows: OpenWindows;
  readonly receivedAtMs: number;
  /** Reads the next page; null when there is none. */
  readonly more: (() => void) | null;
}

const words: Readonly<Record<Urgency, { readonly text: string; readonly color: string }>> = {
  now: { text: 'within 1 h', color: 'red' },
  soon: { text: 'within 3 h', color: 'orange' },
  later: { text: 'open', color: 'teal' },
};

/** This machine's clock, once a second. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const beat = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(beat);
  }, []);
  return now;
}

/** Which windows are open, and how long an answer is still free. */
export function OpenWindowsView({ windows, receivedAtMs, more }: OpenWindowsViewProps): ReactNode {
  const now = useNow() + clockLead(windows, receivedAtMs);
  const rows = countdowns(windows.open, now);
  const { total, closingWithin } = windows.counts;
  return (
    <>
      <Figures>
        <Figure name="Open windows" value={writeCount(total)} note="an answer now is within the window" />
        {[1, 3, 12].map((hours) => (
          <Figure key={hours} name={`Close within ${hours} h`} value={writeCount(closingWithin.find((entry) => entry.hours === hours)?.count ?? 0)} note={hours === 1 ? 'answer these first' : `of ${writeCount(total)}`} />
        ))}
      </Figures>
      <Panel title="By time left" about={`Times are of ${windows.zone}; the time left runs by the platform’s clock.`}>
        {rows.length === 0 ? (
          <Nothing title="No window is open">A window opens when a customer writes, and closes some time after the last message.</Nothing>
        ) : (
          <ScrollArea className="tall with-legend" type="auto" offsetScrollbars viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Open windows, scrollable' }}>
            <WindowTable rows={rows} zone={windows.zone} />
            {more && (
              <Group justify="center" mt="sm">
                <Button variant="default" size="xs" onClick={more}>
                  Show more of {writeCount(total)}
                </Button>
              </Group>
            )}
          </ScrollArea>
        )}
      </Panel>
    </>
  );
}

function WindowTable({ rows, zone }: { readonly rows: readonly Countdown[]; readonly zone: string }): ReactNode {
  const at = (instant: string): string => {
    const { day, time } = inZone(instant, zone);
    return `${shortDay(day)}, ${time.slice(0, 5)}`;
  };
  // A customer's country may come to be known with the first delivery only.
  const hasCountries = rows.some(({ market }) => market !== null);
  return (
    <Table stickyHeader highlightOnHover verticalSpacing={6} className="numbers">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Customer</Table.Th>
          {hasCountries && <Table.Th scope="col" className="words">Country</Table.Th>}
          <Table.Th scope="col">Last wrote</Table.Th>
          <Table.Th scope="col">Closes</Table.Th>
          <Table.Th scope="col" className="words">State</Table.Th>
          <Table.Th scope="col">Time left</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map(({ conversationId, contactId, market, lastInboundAt, closesAt, leftMs, leftPercent, urgency }) => (
          <Table.Tr key={conversationId}>
            <Table.Th scope="row">
              <Text span ff="monospace" size="xs" className="cut" title={contactId}>
                {contactId}
              </Text>
            </Table.Th>
            {hasCountries && <Table.Td className="words">{market ?? 'not known yet'}</Table.Td>}
            <Table.Td>{at(lastInboundAt)}</Table.Td>
            <Table.Td>{at(closesAt)}</Table.Td>
            <Table.Td className="words">
              <Badge size="sm" variant="outline" color={words[urgency].color} className={`urgency ${urgency}`}>
                {words[urgency].text}
              </Badge>
            </Table.Td>
            <Table.Td className="left">
              <time dateTime={closesAt} aria-label={speakTimeLeft(leftMs)}>
                {writeTimeLeft(leftMs)}
              </time>
              <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" className={`bar ${urgency}`}>
                <rect className="track" width="100" height="4" rx="2" />
                <rect width={leftPercent} height="4" rx="2" />
              </svg>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
