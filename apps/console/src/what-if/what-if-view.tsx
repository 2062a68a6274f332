import { Progress, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import type { Client } from '../api/client.js';
import type { PublishedPolicies, WhatIfRules } from '../api/contract.js';
import type { Fault } from '../api/fault.js';
import { writeCount } from '../amount/amount.js';
import { writeRange } from '../calendar/day.js';
import type { DayRange } from '../calendar/day.js';
import { FaultNotice, Nothing, Panel } from '../frame/states.js';
import { useWhatIf } from './use-what-if.js';
import type { Asking } from './use-what-if.js';
import { WhatIfForm } from './what-if-form.js';
import { WhatIfResult } from './what-if-result.js';
import { firstDraft, ownRules, questionOf, writeProgress } from './what-if.js';
import type { Documents, Draft } from './what-if.js';

interface WhatIfViewProps {
  readonly client: Client;
  readonly rules: WhatIfRules;
  readonly published: PublishedPolicies;
  /** Null: all days. */
  readonly range: DayRange | null;
  /** The price list in the address; null for the first. */
  readonly chosen: string | null;
  onChoose(rules: string): void;
}

/** What would the same messages have cost under other rules. */
export function WhatIfView({ client, rules, published, range, chosen, onChoose }: WhatIfViewProps): ReactNode {
  const { choices, documents } = useMemo(() => choicesOf(rules, published), [rules, published]);
  const isKnown = choices.some(({ items }) => items.some(({ value }) => value === chosen));
  const [draft, setDraft] = useState<Omit<Draft, 'rules'>>(firstDraft);
  const [fault, setFault] = useState<Fault | null>(null);
  const { asking, ask, cancel } = useWhatIf(client);
  const whole: Draft = { ...draft, rules: isKnown && chosen !== null ? chosen : firstDraft.rules };
  const onAsk = (): void => {
    const question = questionOf(whole, range, documents);
    setFault('fix' in question ? question : null);
    if (!('fix' in question)) ask(question);
  };
  const onDraft = ({ rules: named, ...change }: Partial<Draft>): void => {
    setDraft((before) => ({ ...before, ...change }));
    if (named !== undefined) onChoose(named);
  };
  return (
    <>
      <Panel title="Other rules" about={`For what was really sent: ${range === null ? 'all of it' : `${writeRange(range)}, days of UTC`}. Nothing is changed by asking.`}>
        <WhatIfForm draft={whole} choices={choices} isWorking={asking.state === 'working'} onDraft={onDraft} onAsk={onAsk} onCancel={cancel} />
      </Panel>
      <div className="answer">{fault === null ? <Answer asking={asking} /> : <FaultNotice fault={fault} />}</div>
    </>
  );
}

function Answer({ asking }: { readonly asking: Asking }): ReactNode {
  switch (asking.state) {
    case 'idle':
      return (
        <Panel title="No question yet">
          <Nothing title="Choose a price list, then work it out">Every message that was delivered is priced again, in its order, so that allowances and volume tiers are used up as they would have been.</Nothing>
        </Panel>
      );
    case 'working':
      return <Working job={asking.job} />;
    case 'cancelled':
      return (
        <Panel title="Cancelled">
          <Nothing title="The question was cancelled">Nothing was changed. Ask it again whenever you like.</Nothing>
        </Panel>
      );
    case 'failed':
      return <FaultNotice fault={asking.fault} />;
    case 'done':
      return <WhatIfResult job={asking.job} />;
    default:
      return asking satisfies never;
  }
}

function Working({ job }: { readonly job: Extract<Asking, { readonly state: 'working' }>['job'] }): ReactNode {
  const progress = job?.progress ?? null;
  const share = progress === null || progress.total === 0 ? 0 : Math.floor((progress.done * 100) / progress.total);
  return (
    <Panel title={job?.title ?? 'Asking'}>
      <Progress value={share} aria-label="How much of the log was read" mb="xs" />
      <Text size="sm" role="status">
        {writeProgress(progress, writeCount)}
      </Text>
    </Panel>
  );
}

/** What can be chosen: what the platform knows by name, what is published there and is none of those, one's own. */
function choicesOf(rules: WhatIfRules, published: PublishedPolicies): { readonly choices: readonly { readonly group: string; readonly items: readonly { readonly value: string; readonly label: string }[] }[]; readonly documents: Documents } {
  const named = new Set(rules.data.map(({ name }) => name));
  const label = (title: string, illustrative: boolean): string => (illustrative ? `${title} (illustrative)` : title);
  const here = published.data.filter(({ policyId }) => !named.has(policyId)).map((policy) => ({ ...policy, key: `catalog/${policy.policyId}/${policy.version}` }));
  const known = rules.data.map(({ name, title, illustrative }) => ({ value: name, label: label(title, illustrative) }));
  return {
    choices: [
      { group: 'Known by name', items: [...known.filter(({ value }) => value === firstDraft.rules), ...known.filter(({ value }) => value !== firstDraft.rules)] },
      ...(here.length > 0 ? [{ group: 'Published here', items: here.map(({ key, policyId, version, illustrative, document }) => ({ value: key, label: label(`${policyId}, version ${version}: ${document.title}`, illustrative) })) }] : []),
      { group: 'Your own', items: [{ value: ownRules, label: 'A policy of your own' }] },
    ],
    documents: new Map(here.map(({ key, document }) => [key, document])),
  };
}
