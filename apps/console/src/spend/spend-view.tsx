import { Group, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Spend } from '../api/contract.js';
import { columnDecimals, readMicros, writeAmount, writeCount, writeMoney, writeShare } from '../amount/amount.js';
import { writeRange } from '../calendar/day.js';
import type { Day } from '../calendar/day.js';
import type { Paid } from '../charges/charges.js';
import { micros } from '@parley/money';
import { FaultNotice, Figure, Figures, Nothing, Panel } from '../frame/states.js';
import { CountryTable, DayTable } from './spend-tables.js';
import { amountStack, messageStack, otherCountries, residual, spendingOf } from './spend.js';
import type { Series, Spending, Stack } from './spend.js';
import { Legend, StackChart } from './stack-chart.js';
import type { ChartLine } from './stack-chart.js';

export interface Drill {
  readonly day?: Day;
  readonly market?: string;
  readonly paid?: Paid;
}

interface SpendViewProps {
  readonly spend: Spend;
  onDrill(drill: Drill): void;
}

type Shown = 'amount' | 'messages' | 'table';

/** What did we spend, by day and country, and how much of it was free. */
export function SpendView({ spend, onDrill }: SpendViewProps): ReactNode {
  const [shown, show] = useState<Shown>('amount');
  const spending = useMemo(() => spendingOf(spend), [spend]);
  const { total, currency } = spend;
  const rest = residual(spend);
  return (
    <>
      {rest !== null && (
        <FaultNotice fault={{ status: 200, title: 'These numbers do not add up', detail: `The rows differ from the total by ${writeMoney(rest, currency)}.`, fix: 'Load the page again. If it stays, tell the platform’s operator: it is a fault.' }} />
      )}
      <Figures>
        <Figure name="Spent" value={writeMoney(readMicros(total.micros), currency)} note={writeRange(spend)} />
        <Figure name="Messages delivered" value={writeCount(total.messages)} note={`to ${spending.countries.length} ${spending.countries.length === 1 ? 'country' : 'countries'}`} />
        <Figure name="Free" value={writeCount(total.free)} note={`${writeShare(total.free, total.messages)} of all messages`} />
        <Figure name="Paid" value={writeCount(total.paid)} note={`${writeShare(total.paid, total.messages)} of all messages`} />
      </Figures>
      {total.messages === 0 ? (
        <Panel title="Spend by day">
          <Nothing title="No message was delivered in these days">A message is counted when it is first delivered or read. Choose other days above, or send the first one.</Nothing>
        </Panel>
      ) : (
        <div className="columns">
          <Panel title="Spend by day" about="Choose a day, or a part of it, to see its charges." aside={<Choice value={shown} onChange={show} />}>
            <DayPart shown={shown} spending={spending} currency={currency} onDrill={onDrill} />
          </Panel>
          <Panel title="Countries" about="Choose one to see its charges.">
            <CountryTable spending={spending} currency={currency} whole={readMicros(total.micros)} onDrill={onDrill} />
          </Panel>
        </div>
      )}
    </>
  );
}

function Choice({ value, onChange }: { readonly value: Shown; onChange(value: Shown): void }): ReactNode {
  const data = [
    { value: 'amount', label: 'By country' },
    { value: 'messages', label: 'Free and paid' },
    { value: 'table', label: 'Table' },
  ];
  return <SegmentedControl size="xs" aria-label="What the days show" data={data} value={value} onChange={(chosen) => onChange(chosen as Shown)} />;
}

function DayPart({ shown, spending, currency, onDrill }: { readonly shown: Shown; readonly spending: Spending; readonly currency: string; onDrill(drill: Drill): void }): ReactNode {
  const stack = useMemo(() => (shown === 'messages' ? messageStack(spending) : amountStack(spending)), [shown, spending]);
  if (shown === 'table') return <DayTable spending={spending} currency={currency} onDrill={onDrill} />;
  const days = new Map(spending.days.map((day) => [day.day, day]));
  const linesOf = (day: Day): readonly ChartLine[] => {
    const found = days.get(day);
    if (!found) return [];
    return shown === 'messages' ? countLines(found) : amountLines(found, stack, currency);
  };
  const label = shown === 'messages' ? 'Messages by day, paid and free. The same numbers are in the table.' : `Amount by day and country in ${currency}. The same numbers are in the table.`;
  return (
    <>
      <Group justify="flex-end" mb={4}>
        <Legend stack={stack} />
      </Group>
      <StackChart stack={stack} label={label} linesOf={linesOf} onChoose={(day, series) => onDrill({ day, ...partOf(series, shown) })} writeMark={(mark) => (shown === 'messages' ? writeCount(Number(mark)) : writeAmount(micros(mark), currency))} />
    </>
  );
}

/** What of a day a bar stands for. The bar of the other countries is no one's: it leads to the whole day. */
function partOf(series: Series | null, shown: Shown): Omit<Drill, 'day'> {
  if (series === null || series.key === 'rest') return {};
  return shown === 'messages' ? { paid: series.key === 'free' ? 'free' : 'paid' } : { market: series.name };
}

type DaySpend = Spending['days'][number];

function countLines({ paid, free, messages }: DaySpend): readonly ChartLine[] {
  return [
    { name: 'Paid', text: writeCount(paid) },
    { name: 'Free', text: writeCount(free) },
    { name: 'All', text: writeCount(messages) },
  ];
}

function amountLines({ byMarket, micros: whole }: DaySpend, stack: Stack, currency: string): readonly ChartLine[] {
  const own = new Set(stack.series.map(({ name }) => name));
  const decimals = columnDecimals([...byMarket.values(), whole], currency);
  const named = stack.series.filter(({ key }) => key !== 'rest').map(({ name }) => ({ name, amount: byMarket.get(name) ?? micros(0n) }));
  const rest = [...byMarket].reduce((sum, [market, amount]) => (own.has(market) ? sum : micros(sum + amount)), micros(0n));
  const lines = [...named, { name: otherCountries, amount: rest }].filter(({ amount }) => amount !== 0n);
  return [...lines, { name: `Total ${currency}`, amount: whole }].map(({ name, amount }) => ({ name, text: writeAmount(amount, currency, decimals) }));
}
