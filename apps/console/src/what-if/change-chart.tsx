import type { ReactNode } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { micros } from '@parley/money';
import { axisMarks, writeAmount, writeMoney, readMicros } from '../amount/amount.js';
import type { RepricedCurrency } from '../api/contract.js';
import { Legend } from '../spend/stack-chart.js';
import { barsOf } from './what-if.js';

const series = [
  { key: 'was', name: 'As was', fill: 'var(--series-rest)' },
  { key: 'wouldBe', name: 'Would be', fill: 'var(--series-s0)' },
] as const;

const legend = { series: [{ key: 'rest', name: 'As was' }, { key: 's0', name: 'Would be' }], bars: [] };

/** What businesses paid and would pay, those that change most first. Lengths are drawn from numbers; every value that is read comes as exact text. */
export function ChangeChart({ repriced }: { readonly repriced: RepricedCurrency }): ReactNode {
  const { currency, businesses } = repriced;
  const bars = barsOf(repriced);
  const marks = axisMarks(BigInt(Math.max(0, ...bars.flatMap(({ was, wouldBe }) => [was, wouldBe]))));
  const texts = new Map(marks.map((mark) => [Number(mark), writeAmount(micros(mark), currency)]));
  const exact = new Map(businesses.map((one) => [one.businessId, one]));
  return (
    <>
      <Legend stack={legend} />
      <figure className="chart changes" aria-label={`What each business paid and would pay in ${currency}. The same numbers are in the table.`}>
        <ResponsiveContainer width="100%" height="100%">
          <BarChart data={[...bars]} layout="vertical" margin={{ top: 8, right: 30, bottom: 0, left: 0 }} accessibilityLayer barGap={2}>
            <CartesianGrid horizontal={false} stroke="var(--grid)" />
            <XAxis type="number" ticks={marks.map(Number)} domain={[0, Number(marks.at(-1))]} interval={0} tickFormatter={(mark: number) => texts.get(mark) ?? ''} tickLine={false} axisLine={{ stroke: 'var(--grid)' }} tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 12 }} />
            <YAxis type="category" dataKey="name" width={130} tickLine={false} axisLine={false} interval={0} tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 12 }} />
            <Tooltip isAnimationActive={false} cursor={{ fill: 'var(--hover)' }} content={({ active, label }) => (active && label !== undefined ? <ChangeTooltip name={String(label)} one={exact.get(String(label))} currency={currency} /> : null)} />
            {series.map(({ key, name, fill }) => (
              <Bar key={key} dataKey={key} name={name} fill={fill} maxBarSize={18} isAnimationActive={false} />
            ))}
          </BarChart>
        </ResponsiveContainer>
      </figure>
    </>
  );
}

function ChangeTooltip({ name, one, currency }: { readonly name: string; readonly one: RepricedCurrency['businesses'][number] | undefined; readonly currency: string }): ReactNode {
  return (
    <div className="tooltip">
      <strong>{name}</strong>
      {one !== undefined && (
        <table>
          <tbody>
            <tr>
              <td>As was</td>
              <td>{writeMoney(readMicros(one.wasMicros), currency)}</td>
            </tr>
            <tr>
              <td>Would be</td>
              <td>{writeMoney(readMicros(one.wouldBeMicros), currency)}</td>
            </tr>
          </tbody>
        </table>
      )}
    </div>
  );
}
