import { Button, Paper, PasswordInput, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { clientOf } from '../api/client.js';
import type { Client } from '../api/client.js';
import { ChargeDrawer } from '../charges/charge-drawer.js';
import type { Session } from '../frame/session.js';
import { InboxView } from '../inbox/inbox-view.js';
import type { ConversationList } from '../inbox/contract.js';
import { useFollowed } from '../inbox/use-followed.js';
import { PhoneView } from '../phone/phone-view.js';

interface BothEndsViewProps {
  readonly client: Client;
  readonly session: Session;
  readonly zone: string;
  readonly charge: string | null;
  onCharge(chargeId: string | null): void;
}

/** Both ends beside each other. What is said is known to the phone and to the gateway; the platform between them sees it sealed. */
export function BothEndsView({ client, session, zone, charge, onCharge }: BothEndsViewProps): ReactNode {
  const [token, setToken] = useState(() => session.ends().token);
  const [ownPhone, setOwnPhone] = useState<string | null>(null);
  const gateway = useMemo(() => (token === null ? null : clientOf(token)), [token]);
  const followed = useFollowed<ConversationList>(gateway, '/gateway/v1/conversations');
  const number = followed.value?.numbers[0] ?? null;
  return (
    <div className="both-ends">
      <PhoneView business={number} code={session.ends().code} onNumber={setOwnPhone} />
      {gateway === null || followed.fault?.status === 401 ? (
        <TokenForm isRefused={gateway !== null} onToken={(given) => {
          session.keepToken(given);
          setToken(given);
        }} />
      ) : (
        <InboxView platform={client} gateway={gateway} followed={followed} zone={zone} ownPhone={ownPhone} onCharge={onCharge} />
      )}
      <ChargeDrawer client={client} chargeId={charge} known={null} zone={zone} onClose={() => onCharge(null)} />
    </div>
  );
}

function TokenForm({ isRefused, onToken }: { readonly isRefused: boolean; onToken(token: string): void }): ReactNode {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (token.trim() !== '') onToken(token.trim());
  };
  return (
    <Paper withBorder p="xl" component="section" className="end" aria-label="The business’s inbox">
      <form onSubmit={submit}>
        <Stack maw={420}>
          <Text size="sm">What is said only the two ends can read. Paste a token of the business’s gateway to see its side; in the sandbox, <code>npm start</code> prints it as “token, software”.</Text>
          <PasswordInput label="Gateway token" autoComplete="off" required value={token} error={isRefused ? 'The gateway does not know this token.' : undefined} onChange={(event) => setToken(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the token' }} />
          <Button type="submit">Open the inbox</Button>
        </Stack>
      </form>
    </Paper>
  );
}
