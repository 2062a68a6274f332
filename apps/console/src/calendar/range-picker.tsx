import { DatePickerInput } from '@mantine/dates';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { plainDay, presets } from './day.js';
import type { Day, DayRange } from './day.js';

interface RangePickerProps {
  readonly range: DayRange | null;
  /** The last day that can be chosen, in the business's zone. */
  readonly today: Day;
  onRange(range: DayRange): void;
}

const placeholder = 'The last 30 days';

/** Two days, the last months at hand. Days are text all the way: no zone of this machine comes in between. */
export function RangePicker({ range, today, onRange }: RangePickerProps): ReactNode {
  const [begun, begin] = useState<readonly [Day | null, Day | null] | null>(null);
  const value = begun ?? [range?.from ?? null, range?.to ?? null];
  const choose = ([from, to]: readonly [Day | null, Day | null]): void => {
    begin(from !== null && to !== null ? null : [from, to]);
    if (from !== null && to !== null) onRange({ from, to });
  };
  return (
    <DatePickerInput
      type="range"
      size="sm"
      w={250}
      aria-label={`Days: ${range === null ? placeholder : `${plainDay(range.from)} – ${plainDay(range.to)}`}`}
      valueFormat="D MMM YYYY"
      placeholder={placeholder}
      maxDate={today}
      firstDayOfWeek={1}
      weekendDays={[]}
      numberOfColumns={2}
      value={[value[0], value[1]]}
      onChange={choose}
      presets={presets(today).map(({ name, range: { from, to } }) => ({ label: name, value: [from, to] as [Day, Day] }))}
      popoverProps={{ position: 'bottom-end', transitionProps: { duration: 0 } }}
      onDropdownClose={() => begin(null)}
      ariaLabels={{ previousMonth: 'Previous month', nextMonth: 'Next month' }}
    />
  );
}
