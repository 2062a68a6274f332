import type { MouseEvent, ReactNode } from 'react';
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts';
import { axisMarks } from '../amount/amount.js';
import { longDay, shortDay } from '../calendar/day.js';
import type { Day } from '../calendar/day.js';
import type { Series, Stack } from './spend.js';

export interface ChartLine {
  readonly name: string;
  readonly text: string;
}

interface StackChartProps {
  readonly stack: Stack;
  /** What the chart shows, for who cannot see it. */
  readonly label: string;
  /** A mark of the value axis as text. */
  writeMark(mark: bigint): string;
  /** The exact values of a day, for the tooltip: the same series, and the sum last. */
  linesOf(day: Day): readonly ChartLine[];
  /** A day was chosen; with a series where one of its bars was. */
  onChoose(day: Day, series: Series | null): void;
}

/** The colour of a series: `--series-<key>` of the style sheet. */
export const colourOf = (key: string): string => `var(--series-${key})`;

export function Legend({ stack }: { readonly stack: Stack }): ReactNode {
  return (
    <ul className="legend">
      {stack.series.map(({ key, name }) => (
        <li key={key}>
          <svg width="12" height="12" aria-hidden="true">
            <rect width="12" height="12" rx="3" fill={colourOf(key)} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

function DayTooltip({ day, lines, stack }: { readonly day: Day; readonly lines: readonly ChartLine[]; readonly stack: Stack }): ReactNode {
  return (
    <div className="tooltip">
      <strong>{longDay(day)}</strong>
      <table>
        <tbody>
          {lines.map(({ name, text }) => {
            const key = stack.series.find((series) => series.name === name)?.key;
            return (
              <tr key={name}>
                <td>
                  <svg width="8" height="8" aria-hidden="true">
                    <rect width="8" height="8" rx="2" fill={key === undefined ? 'none' : colourOf(key)} />
                  </svg>
                  {name}
                </td>
                <td>{text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** A bar is chosen, and not the day behind it as well. */
function chosenOf(series: Series, onChoose: StackChartProps['onChoose']): (bar: { readonly payload?: { readonly day?: Day } }, index: number, event: MouseEvent) => void {
  return ({ payload }, _, event) => {
    event.stopPropagation();
    if (payload?.day !== undefined) onChoose(payload.day, series);
  };
}

/** Bars by day, stacked. Their lengths are drawn from numbers; every value that is read comes as exact text. */
export function StackChart({ stack, label, writeMark, linesOf, onChoose }: StackChartProps): ReactNode {
  const heights = stack.bars.map(({ sizes }) => Object.values(sizes).reduce((sum, size) => sum + size, 0));
  const marks = axisMarks(BigInt(Math.max(0, ...heights)));
  const texts = new Map(marks.map((mark) => [Number(mark), writeMark(mark)]));
  const width = Math.max(...[...texts.values()].map((text) => text.length)) * 7 + 12;
  const data = stack.bars.map(({ day, sizes }) => ({ day, ...sizes }));
  return (
    <figure className="chart tall" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%">
        <BarChart data={data} margin={{ top: 8, right: 4, bottom: 0, left: 0 }} accessibilityLayer onClick={({ activeLabel }) => activeLabel !== undefined && onChoose(String(activeLabel), null)}>
          <CartesianGrid vertical={false} stroke="var(--grid)" />
          <XAxis dataKey="day" tickFormatter={shortDay} tickLine={false} axisLine={{ stroke: 'var(--grid)' }} minTickGap={28} tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 12 }} />
          <YAxis ticks={marks.map(Number)} domain={[0, Number(marks.at(-1))]} interval={0} width={width} tickFormatter={(mark: number) => texts.get(mark) ?? ''} tickLine={false} axisLine={false} tick={{ fill: 'var(--mantine-color-dimmed)', fontSize: 12 }} />
          <Tooltip isAnimationActive={false} cursor={{ fill: 'var(--hover)' }} content={({ active, label: day }) => (active && day !== undefined ? <DayTooltip day={String(day)} lines={linesOf(String(day))} stack={stack} /> : null)} />
          {stack.series.map((series) => (
            <Bar key={series.key} dataKey={series.key} name={series.name} stackId="day" fill={colourOf(series.key)} maxBarSize={36} isAnimationActive={false} cursor="pointer" onClick={chosenOf(series, onChoose)} />
          ))}
        </BarChart>
      </ResponsiveContainer>
    </figure>
  );
}
