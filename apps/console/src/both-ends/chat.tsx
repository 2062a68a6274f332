import { Button, Group, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { inZone } from '../calendar/clock.js';
import type { Tick } from '../phone/phone.js';

/** A list of bubbles that stays at its newest. */
export function ChatLog({ name, count, children }: { readonly name: string; readonly count: number; readonly children: ReactNode }): ReactNode {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (log.current !== null) log.current.scrollTop = log.current.scrollHeight;
  }, [count]);
  return (
    <div ref={log} className="chat" role="log" aria-label={name} tabIndex={0}>
      {children}
    </div>
  );
}

interface BubbleProps {
  readonly side: 'own' | 'other';
  /** Epoch ms. */
  readonly at: number;
  readonly label?: string | null;
  readonly tick: Tick | null;
  /** Below the words. */
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone; // People read their own clock in a chat.

export function Bubble({ side, at, label, tick, foot, children }: BubbleProps): ReactNode {
  return (
    <div className={`bubble ${side}`}>
      {label && <div className="bubble-label">{label}</div>}
      <div className="bubble-words">{children}</div>
      <div className="bubble-foot">
        {foot}
        <time dateTime={new Date(at).toISOString()}>{inZone(at, zone).time.slice(0, 5)}</time>
        {tick && (
          <span className={`tick ${tick.tone}`} role="img" aria-label={tick.words} title={tick.words}>
            {tick.mark}
          </span>
        )}
      </div>
      {tick?.tone === 'bad' && <div className="bubble-problem">{tick.words}</div>}
    </div>
  );
}

interface WordsFormProps {
  readonly label: string;
  readonly action: string;
  readonly disabled?: boolean;
  /** Resolves to whether it was taken: then the field is emptied. */
  onSend(text: string): Promise<boolean>;
}

export function WordsForm({ label, action, disabled = false, onSend }: WordsFormProps): ReactNode {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void onSend(text.trim()).then((taken) => taken && setText((now) => (now === text ? '' : now)));
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" wrap="nowrap">
        <TextInput className="words" aria-label={label} placeholder={label} maxLength={4_096} value={text} disabled={disabled} onChange={(event) => setText(event.currentTarget.value)} />
        <Button type="submit" disabled={disabled}>{action}</Button>
      </Group>
    </form>
  );
}
