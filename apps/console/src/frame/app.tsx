import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { clientOf } from '../api/client.js';
import type { Fault } from '../api/fault.js';
import { Page } from './page.js';
import type { Session } from './session.js';
import { SignIn } from './sign-in.js';

/** Without a key the sign-in, with one the page. A key that is not valid leads back, and says so. */
export function App({ session }: { readonly session: Session }): ReactNode {
  const [key, setKey] = useState(() => session.open());
  const [fault, setFault] = useState<Fault | null>(null);
  const client = useMemo(() => (key === null ? null : clientOf(key)), [key]);
  const leave = (why: Fault | null): void => {
    session.forget();
    setFault(why);
    setKey(null);
  };
  const enter = (given: string): void => {
    session.keep(given);
    setFault(null);
    setKey(given);
  };
  return client === null ? <SignIn fault={fault} onKey={enter} /> : <Page client={client} session={session} onLeave={leave} />;
}
