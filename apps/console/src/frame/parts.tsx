import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { pathOf } from '../api/client.js';
import type { Client } from '../api/client.js';
import type { LateCost, OpenWindows, PublishedPolicies, Spend, WhatIfRules } from '../api/contract.js';
import type { DayRange } from '../calendar/day.js';
import { ChargeDrawer } from '../charges/charge-drawer.js';
import type { Selection } from '../charges/charges.js';
import { ChargesView } from '../charges/charges-view.js';
import { useCharges } from '../charges/use-charges.js';
import { LateCostView } from '../late-cost/late-cost-view.js';
import { OpenWindowsView } from '../open-windows/open-windows-view.js';
import { WhatIfView } from '../what-if/what-if-view.js';
import { useAsked } from './asked.js';
import type { Asked } from './asked.js';
import { WhenAsked } from './states.js';
import type { View } from './view.js';

export function LatePart({ client, range, onHour }: { readonly client: Client; readonly range: DayRange | null; onHour(hour: { weekday: number; hour: number }): void }): ReactNode {
  const path = pathOf('/billing/v1/late-cost', { from: range?.from, to: range?.to });
  const asked = useAsked(path, (signal) => client.get<LateCost>(path, signal));
  return (
    <WhenAsked asked={asked} what="what late replies cost" height={560}>
      {(late) => <LateCostView late={late} onHour={({ weekday, hour }) => onHour({ weekday, hour })} />}
    </WhenAsked>
  );
}

const pageOfWindows = 100;

export function WindowsPart({ client }: { readonly client: Client }): ReactNode {
  const [pages, setPages] = useState(1);
  const asked = useAsked(`open ${pages}`, async (signal) => {
    let answer = await client.get<OpenWindows>(pathOf('/windows/v1/open', { limit: pageOfWindows }), signal);
    for (let page = 1; page < pages && 'value' in answer && answer.value.next !== null; page += 1) {
      const before: OpenWindows = answer.value;
      const more = await client.get<OpenWindows>(pathOf('/windows/v1/open', { limit: pageOfWindows, after: before.next }), signal);
      answer = 'value' in more ? { value: { ...more.value, open: [...before.open, ...more.value.open] } } : more;
    }
    return answer;
  });
  return (
    <WhenAsked asked={asked} what="the open windows" height={560}>
      {(windows, receivedAtMs) => <OpenWindowsView windows={windows} receivedAtMs={receivedAtMs} more={windows.next === null ? null : () => setPages((before) => before + 1)} />}
    </WhenAsked>
  );
}

interface ChargesPartProps {
  readonly client: Client;
  readonly view: View;
  readonly spend: Asked<Spend>;
  go(change: Partial<View>): void;
}

/** Where spend cannot be had, charges are still listed, with times of UTC, which is said beside them. */
export function ChargesPart({ client, view, spend, go }: ChargesPartProps): ReactNode {
  const { day, market, paid, lateAt } = view;
  const known = spend.state === 'ready' ? spend.value : null;
  const zone = known?.zone ?? (spend.state === 'failed' ? 'UTC' : null);
  const range = day === null ? (view.range ?? (known && { from: known.from, to: known.to })) : { from: day, to: day };
  const selection: Selection = { range, market, paid, lateAt };
  const asked = useCharges(client, zone === null ? null : selection);
  const found = asked.found.charges;
  const markets = useMemo(() => [...new Set([...(known?.rows ?? []), ...found].flatMap((row) => row.market ?? []))], [known, found]);
  return (
    <>
      <ChargesView
        selection={selection}
        isOneDay={day !== null}
        zone={zone ?? 'UTC'}
        currency={known?.currency ?? found[0]?.currency ?? ''}
        asked={asked}
        markets={markets}
        onSelect={(change) => go(change)}
        onCharge={(charge) => go({ charge })}
      />
      <ChargeDrawer client={client} chargeId={view.charge} known={found.find(({ chargeId }) => chargeId === view.charge) ?? null} zone={zone ?? 'UTC'} onClose={() => go({ charge: null })} />
    </>
  );
}

/** For the days that the page is of; for all where they cannot be had, as with the operator's key. */
export function WhatIfPart({ client, view, spend, go }: ChargesPartProps): ReactNode {
  const asked = useAsked('rules', async (signal) => {
    const [rules, published] = await Promise.all([client.get<WhatIfRules>('/billing/v1/what-if', signal), client.get<PublishedPolicies>('/billing/v1/policies', signal)]);
    if ('fault' in rules) return rules;
    return 'fault' in published ? published : { value: { rules: rules.value, published: published.value } };
  });
  const range = view.range ?? (spend.state === 'ready' ? { from: spend.value.from, to: spend.value.to } : null);
  return (
    <WhenAsked asked={asked} what="the price lists" height={560}>
      {(value) => <WhatIfView {...value} client={client} range={range} chosen={view.rules} onChoose={(rules) => go({ rules })} />}
    </WhenAsked>
  );
}
