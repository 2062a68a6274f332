import { Button, Group, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { LateCost } from '../api/contract.js';
import { readMicros, writeCount, writeMoney, writeShare } from '../amount/amount.js';
import { writeRange } from '../calendar/day.js';
import { Figure, Figures, Nothing, Panel } from '../frame/states.js';
import { HeatTable } from './heat-table.js';
import { heatMapOf, writeHour } from './late-cost.js';
import type { HeatCell } from './late-cost.js';

interface LateCostViewProps {
  readonly late: LateCost;
  onHour(hour: { readonly weekday: number; readonly hour: number }): void;
}

/** What late replies cost, by hour of the week. */
export function LateCostView({ late, onHour }: LateCostViewProps): ReactNode {
  const map = useMemo(() => heatMapOf(late), [late]);
  const [chosen, choose] = useState<HeatCell | null>(null);
  const { currency, total } = late;
  const whole = readMicros(total.micros);
  const cell = chosen === null ? map.dearest : (map.rows[chosen.weekday - 1]?.cells[chosen.hour] ?? null);
  return (
    <>
      <Figures>
        <Figure name="Late replies cost" value={writeMoney(whole, currency)} note={writeRange(late)} />
        <Figure name="Late replies" value={writeCount(map.rows.reduce((sum, row) => sum + row.cells.reduce((part, { late: count }) => part + count, 0), 0))} note="sent after the free window had closed" />
        <Figure name="At weekends" value={writeMoney(map.weekend.micros, currency)} note={`${writeShare(map.weekend.micros, whole)} of the cost`} />
        <Figure name="Dearest hour" value={map.dearest === null ? '–' : writeHour(map.dearest)} {...(map.dearest === null ? {} : { note: writeMoney(map.dearest.micros, currency) })} />
      </Figures>
      <Panel title="By hour of the week" about={`When the replies were sent, ${late.zone}. The number is how many; the stronger the colour, the dearer.`} aside={<Scale />}>
        {map.dearest === null ? (
          <Nothing title="No late reply cost anything in these days">Replies within the free window after a customer’s last message are free. Whatever is sent later shows up here.</Nothing>
        ) : (
          <>
            <HeatTable map={map} currency={currency} onChoose={choose} chosen={cell} />
            <Group justify="space-between" mt="sm" mih={36}>
              <Text size="sm" aria-live="polite">
                {cell && (
                  <>
                    <strong>{writeHour(cell)}</strong>: {writeCount(cell.late)} late {cell.late === 1 ? 'reply' : 'replies'}, {writeMoney(cell.micros, currency)}
                  </>
                )}
              </Text>
              {cell && cell.late > 0 && (
                <Button variant="default" size="xs" onClick={() => onHour(cell)}>
                  See these charges
                </Button>
              )}
            </Group>
          </>
        )}
      </Panel>
    </>
  );
}

function Scale(): ReactNode {
  return (
    <div className="scale" aria-hidden="true">
      <span>free</span>
      {[0, 1, 2, 3, 4, 5].map((level) => (
        <i key={level} className={`heat heat-${level}`} />
      ))}
      <span>dearest</span>
    </div>
  );
}
