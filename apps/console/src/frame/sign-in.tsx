import { Anchor, Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import type { Fault } from '../api/fault.js';
import { FaultNotice } from './states.js';

interface SignInProps {
  /** Why the last key was not taken. */
  readonly fault: Fault | null;
  onKey(key: string): void;
}

/** Asks for the API key of a business. */
export function SignIn({ fault, onKey }: SignInProps): ReactNode {
  const [key, setKey] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (key.trim() !== '') onKey(key.trim());
  };
  return (
    <main className="sign-in">
      <Paper withBorder p="xl" w={420} maw="100%">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h3">
              Parley console
            </Title>
            <Text size="sm">What your messages cost, and why. Paste an API key of your business that may read charges and windows.</Text>
            {fault && <FaultNotice fault={fault} />}
            <PasswordInput label="API key" autoComplete="off" autoFocus required value={key} onChange={(event) => setKey(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the key' }} />
            <Button type="submit">Sign in</Button>
            <Text size="xs" c="dimmed">
              The key stays in this tab: it is forgotten when the tab is closed. In the sandbox, <code>npm start</code> prints it as “platform API key”. <Anchor size="xs" underline="always" href="/">What runs here</Anchor>
            </Text>
          </Stack>
        </form>
      </Paper>
    </main>
  );
}
