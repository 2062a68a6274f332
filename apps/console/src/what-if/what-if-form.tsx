import { Button, FileButton, Group, Select, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { ownRules } from './what-if.js';
import type { Draft } from './what-if.js';

export interface Choice {
  readonly value: string;
  readonly label: string;
}

interface WhatIfFormProps {
  readonly draft: Draft;
  /** Price lists by where they come from. */
  readonly choices: readonly { readonly group: string; readonly items: readonly Choice[] }[];
  readonly isWorking: boolean;
  onDraft(change: Partial<Draft>): void;
  onAsk(): void;
  onCancel(): void;
}

/** Which rules and prices are asked about. */
export function WhatIfForm({ draft, choices, isWorking, onDraft, onAsk, onCancel }: WhatIfFormProps): ReactNode {
  return (
    <>
      <Group align="flex-end" gap="sm">
        <Select label="Price list" size="sm" w={380} allowDeselect={false} searchable data={choices.map(({ group, items }) => ({ group, items: [...items] }))} value={draft.rules} onChange={(rules) => onDraft({ rules: rules ?? draft.rules })} />
        <SheetPicker sheet={draft.sheet} onSheet={(sheet) => onDraft({ sheet })} />
        {isWorking ? (
          <Button size="sm" variant="default" onClick={onCancel}>
            Cancel
          </Button>
        ) : (
          <Button size="sm" onClick={onAsk}>
            Work it out
          </Button>
        )}
      </Group>
      {draft.rules === ownRules && <OwnPolicy policy={draft.policy} onPolicy={(policy) => onDraft({ policy })} />}
    </>
  );
}

function SheetPicker({ sheet, onSheet }: { readonly sheet: Draft['sheet']; onSheet(sheet: Draft['sheet']): void }): ReactNode {
  return (
    <div>
      <Text size="sm" fw={500} mb={2}>
        Prices
      </Text>
      <Group gap="xs">
        <FileButton accept=".csv,text/csv,text/plain" inputProps={{ 'aria-label': 'Rate card as CSV' }} onChange={(file) => void file?.text().then((text) => onSheet({ name: file.name, text }))}>
          {(button) => (
            <Button {...button} variant="default" size="sm">
              {sheet === null ? 'As published; open a rate card (CSV)' : sheet.name}
            </Button>
          )}
        </FileButton>
        {sheet !== null && (
          <Button variant="subtle" size="sm" onClick={() => onSheet(null)}>
            As published
          </Button>
        )}
      </Group>
    </div>
  );
}

function OwnPolicy({ policy, onPolicy }: { readonly policy: string; onPolicy(policy: string): void }): ReactNode {
  const [name, setName] = useState<string | null>(null);
  const open = (file: File | null): void => {
    setName(file?.name ?? null);
    void file?.text().then(onPolicy);
  };
  return (
    <Group align="flex-end" mt="sm" gap="sm" wrap="nowrap">
      <Textarea label="A policy of your own" description="A policy document, JSON. It is asked about only: nothing is published." rows={5} className="own-policy" classNames={{ input: 'mono' }} spellCheck={false} value={policy} onChange={({ currentTarget }) => onPolicy(currentTarget.value)} />
      <FileButton accept=".json,application/json" inputProps={{ 'aria-label': 'Policy as JSON' }} onChange={open}>
        {(button) => (
          <Button {...button} variant="default" size="sm">
            {name ?? 'Open a file'}
          </Button>
        )}
      </FileButton>
    </Group>
  );
}
