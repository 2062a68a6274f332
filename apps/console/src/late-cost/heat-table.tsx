import { useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { writeCount, writeMoney } from '../amount/amount.js';
import { stepTo, writeHour } from './late-cost.js';
import type { HeatCell, HeatMap } from './late-cost.js';

interface HeatTableProps {
  readonly map: HeatMap;
  readonly currency: string;
  readonly chosen: HeatCell | null;
  onChoose(cell: HeatCell): void;
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** A grid of 168 hours. One of its cells is in the tab order; the arrow keys move on from there. */
export function HeatTable({ map, currency, chosen, onChoose }: HeatTableProps): ReactNode {
  const table = useRef<HTMLTableElement>(null);
  const move = (event: KeyboardEvent, cell: HeatCell): void => {
    const target = stepTo(event.key, cell);
    const next = target && map.rows[target.weekday - 1]?.cells[target.hour];
    if (!next) return;
    event.preventDefault();
    onChoose(next);
    table.current?.querySelector<HTMLElement>(`[data-hour="${next.weekday}-${next.hour}"]`)?.focus();
  };
  const current = chosen ?? map.rows[0]?.cells[0];
  const isChosen = ({ weekday, hour }: HeatCell): boolean => weekday === current?.weekday && hour === current.hour;
  return (
    <div className="heat-frame">
      <table ref={table} className="heat-table" role="grid" aria-label="Late replies by hour of the week">
        <thead>
          <tr>
            <th scope="col">
              <span className="unseen">Weekday</span>
            </th>
            {hours.map((hour) => (
              <th key={hour} scope="col">
                {String(hour).padStart(2, '0')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.rows.map(({ name, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell) => (
                <td
                  key={cell.hour}
                  role="gridcell"
                  data-hour={`${cell.weekday}-${cell.hour}`}
                  tabIndex={isChosen(cell) ? 0 : -1}
                  aria-selected={isChosen(cell)}
                  aria-label={`${writeHour(cell)}: ${writeCount(cell.late)} late, ${writeMoney(cell.micros, currency)}`}
                  title={`${writeHour(cell)}: ${writeCount(cell.late)} late, ${writeMoney(cell.micros, currency)}`}
                  className={`heat heat-${cell.level}`}
                  onClick={() => onChoose(cell)}
                  onKeyDown={(event) => move(event, cell)}
                >
                  {cell.late > 0 ? writeCount(cell.late) : ''}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
