import { ActionIcon, Button, Group, Tabs, Text, Title, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { lazy, Suspense, useEffect } from 'react';
import type { ReactNode } from 'react';
import type { Client } from '../api/client.js';
import type { Spend } from '../api/contract.js';
import type { Fault } from '../api/fault.js';
import { inZone } from '../calendar/clock.js';
import { RangePicker } from '../calendar/range-picker.js';
import { ChargesPart, LatePart, WhatIfPart, WindowsPart } from './parts.js';
import { readSpend } from '../spend/read-spend.js';
import { SpendView } from '../spend/spend-view.js';
import { useAsked } from './asked.js';
import type { Asked } from './asked.js';
import { Illustrative } from './illustrative.js';
import type { Session } from './session.js';
import { Loading, WhenAsked } from './states.js';
import { useView } from './use-view.js';
import { firstView, viewNames } from './view.js';
import type { View, ViewName } from './view.js';

interface PageProps {
  readonly client: Client;
  readonly session: Session;
  /** Signs out; with a fault where the key was refused. */
  onLeave(why: Fault | null): void;
}

const titles: Readonly<Record<ViewName, { readonly tab: string; readonly question: string }>> = {
  spend: { tab: 'Spend', question: 'What did we spend?' },
  late: { tab: 'Late replies', question: 'What do late replies cost?' },
  windows: { tab: 'Open windows', question: 'Which windows close soon?' },
  charges: { tab: 'Charges', question: 'Which charges make up the number?' },
  'what-if': { tab: 'What if', question: 'What would other rules cost?' },
  phone: { tab: 'Try it', question: 'Write a message, and see what it costs' },
};

/** A file of its own: who reads figures does not load a device. */
const BothEndsView = lazy(async () => ({ default: (await import('../both-ends/both-ends-view.js')).BothEndsView }));

/** Views that are of now, and not of some days. */
const timeless: readonly ViewName[] = ['windows', 'phone'];

const whole = { day: null, market: null, paid: 'all', lateAt: null, charge: null, rules: null } as const;

/** The questions of whoever pays, one at a time. */
export function Page({ client, session, onLeave }: PageProps): ReactNode {
  const [view, go] = useView();
  const spend = useAsked(`${view.range?.from} ${view.range?.to}`, (signal) => readSpend(client, { range: view.range, by: ['day', 'market'] }, signal));
  const refused = spend.state === 'failed' && spend.fault.status === 401 ? spend.fault : null;
  useEffect(() => {
    if (refused) onLeave(refused);
  }, [refused]);
  useEffect(() => {
    document.title = `${titles[view.name].tab} · Parley console`;
  }, [view.name]);
  const zone = spend.state === 'ready' ? spend.value.zone : null;
  return (
    <Tabs value={view.name} onChange={(name) => go({ ...whole, name: (name as ViewName | null) ?? firstView.name })} keepMounted={false} variant="default" className="page">
      <header className="top">
        <Group gap="lg" wrap="nowrap">
          <Text fw={700} className="brand">
            Parley
          </Text>
          <Tabs.List aria-label="Questions">
            {viewNames.map((name) => (
              <Tabs.Tab key={name} value={name}>
                {titles[name].tab}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Group>
        <Group gap="xs" wrap="nowrap">
          <SchemeSwitch />
          <Button size="xs" variant="subtle" onClick={() => onLeave(null)}>
            Sign out
          </Button>
        </Group>
      </header>
      <main>
        <Group justify="space-between" mb="sm" mih={36}>
          <Group gap="sm">
            <Title order={1} size="h3">
              {titles[view.name].question}
            </Title>
            <Illustrative shown={!timeless.includes(view.name) && spend.state === 'ready' && spend.value.illustrative} />
          </Group>
          {!timeless.includes(view.name) && <RangePicker range={view.range ?? (spend.state === 'ready' ? spend.value : null)} today={inZone(Date.now(), zone ?? 'UTC').day} onRange={(range) => go({ range, day: null })} />}
        </Group>
        {viewNames.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <Part name={name} view={view} client={client} session={session} spend={spend} go={go} />
          </Tabs.Panel>
        ))}
      </main>
    </Tabs>
  );
}

interface PartProps {
  readonly name: ViewName;
  readonly view: View;
  readonly client: Client;
  readonly session: Session;
  readonly spend: Asked<Spend>;
  go(change: Partial<View>): void;
}

function Part({ name, view, client, session, spend, go }: PartProps): ReactNode {
  switch (name) {
    case 'spend':
      return (
        <WhenAsked asked={spend} what="what was spent" height={560}>
          {(value) => <SpendView spend={value} onDrill={(drill) => go({ ...whole, name: 'charges', ...drill })} />}
        </WhenAsked>
      );
    case 'late':
      return <LatePart client={client} range={view.range} onHour={(lateAt) => go({ ...whole, name: 'charges', lateAt })} />;
    case 'windows':
      return <WindowsPart client={client} />;
    case 'charges':
      return <ChargesPart client={client} view={view} spend={spend} go={go} />;
    case 'what-if':
      return <WhatIfPart client={client} view={view} spend={spend} go={go} />;
    case 'phone':
      return (
        <Suspense fallback={<Loading height={560} what="the two ends" />}>
          <BothEndsView client={client} session={session} zone={spend.state === 'ready' ? spend.value.zone : 'UTC'} charge={view.charge} onCharge={(charge) => go({ charge })} />
        </Suspense>
      );
    default:
      return name satisfies never;
  }
}

function SchemeSwitch(): ReactNode {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon variant="subtle" size="md" aria-label={`Switch to ${other}`} title={`Switch to ${other}`} onClick={() => setColorScheme(other)}>
      <svg width="18" height="18" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" aria-hidden="true">
        <circle cx="12" cy="12" r="9" />
        <path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}
