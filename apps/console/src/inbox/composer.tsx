import { Button, Group, Select, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { WordsForm } from '../both-ends/chat.js';
import { Illustrative } from '../frame/illustrative.js';
import type { TemplateEntry } from './contract.js';
import { filledIn, placesIn } from './inbox.js';
import type { PriceLine } from './inbox.js';

export type Written = 'text' | 'template';

interface ComposerProps {
  readonly written: Written;
  readonly template: TemplateEntry | null;
  readonly templates: readonly TemplateEntry[];
  readonly isOpen: boolean;
  /** What the message would cost now; null while that is asked. */
  readonly price: PriceLine | null;
  onWritten(written: Written): void;
  onTemplate(template: TemplateEntry): void;
  onText(text: string): Promise<boolean>;
  onFilled(template: TemplateEntry, values: readonly string[]): Promise<boolean>;
}

/** Where the business answers: words, or a template, with the price before it is sent. */
export function Composer({ written, template, templates, isOpen, price, onWritten, onTemplate, onText, onFilled }: ComposerProps): ReactNode {
  const isRefused = price?.tone === 'refused';
  return (
    <Stack gap={8} className="composer">
      <Group justify="space-between" gap="xs">
        <SegmentedControl size="xs" aria-label="What to send" data={[{ label: 'Text', value: 'text' }, { label: 'Template', value: 'template' }]} value={written} onChange={(value) => onWritten(value as Written)} transitionDuration={0} />
        <Group gap="xs">
          <Text size="sm" className={`price ${price?.tone ?? 'asked'}`} role="status" aria-label="Price before sending">
            {price?.text ?? 'Asking for the price …'}
          </Text>
          <Illustrative shown={price?.tone === 'paid' && price.illustrative} />
        </Group>
      </Group>
      {!isOpen && written === 'text' && !isRefused && <Text size="xs" c="dimmed">The window is closed: a reply costs what is said here. A template may say more.</Text>}
      {written === 'text' ? (
        <WordsForm label="Reply to the customer" action="Reply" disabled={isRefused} onSend={onText} />
      ) : (
        <TemplateForm key={template?.id ?? ''} template={template} templates={templates} disabled={isRefused} onTemplate={onTemplate} onFilled={onFilled} />
      )}
    </Stack>
  );
}

type TemplateFormProps = Pick<ComposerProps, 'template' | 'templates' | 'onTemplate' | 'onFilled'> & { readonly disabled: boolean };

function TemplateForm({ template, templates, disabled, onTemplate, onFilled }: TemplateFormProps): ReactNode {
  const places = template === null ? 0 : placesIn(template);
  const [values, setValues] = useState<readonly string[]>(() => Array<string>(places).fill(''));
  if (template === null) return <Text size="sm" c="dimmed">No template is approved yet. Publish one: POST /notifications/v1/templates.</Text>;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onFilled(template, values).then((taken) => taken && setValues(Array<string>(places).fill('')));
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="end">
        <Select size="sm" aria-label="Template" className="template-names" allowDeselect={false} value={template.id} data={templates.map(({ id, name, language }) => ({ value: id, label: `${name} (${language})` }))} onChange={(id) => templates.filter((one) => one.id === id).forEach(onTemplate)} comboboxProps={{ transitionProps: { duration: 0 } }} />
        {values.map((value, at) => (
          <TextInput key={at} className="place" aria-label={`Value ${at + 1}`} placeholder={`{{${at + 1}}}`} required value={value} onChange={(event) => setValues(values.with(at, event.currentTarget.value))} />
        ))}
        <Button type="submit" disabled={disabled}>Send template</Button>
      </Group>
      <Text size="sm" mt={6} className="preview"><span className="unseen">The customer will read: </span>{filledIn(template, values)}</Text>
    </form>
  );
}
