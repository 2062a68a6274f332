import { routeFault, staleAccounts, staleText, type Addressed, type PresentEnds, type Route } from '../devices/stale.js';
import { rejectCodes, rejected, type Rejection } from './reject-codes.js';

/** What an envelope is bound to, as its header says in clear. */
export interface Binding {
  readonly businessId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly category: string | null;
  readonly templateHash: string | null;
}

/** Sealed content as it comes with a request. */
export interface Sealed {
  readonly bytes: Uint8Array;
  /** Hex SHA-256 of the bytes. */
  readonly hash: string;
  /** What its header says; null where it is no envelope. */
  readonly header: Binding | null;
  /** Who it is from and for; null where it is no envelope. */
  readonly addressed: Addressed | null;
}

const bound = ['businessId', 'conversationId', 'messageId', 'category', 'templateHash'] as const satisfies readonly (keyof Binding)[];

/** Holds an envelope's header against its request, so that what is billed is what was sealed. Null where they agree. */
export function envelopeFault({ header }: Sealed, stated: Binding): Rejection | null {
  if (header === null) return rejected('wrong-envelope', 'envelope', 'is not a sealed message; seal it with the sdk or the gateway');
  const other = bound.find((name) => header[name] !== stated[name]);
  return other === undefined ? null : rejected('wrong-envelope', 'envelope', `was sealed for another ${other} than the request names`);
}

/** Holds whom an envelope is from and for against the devices there are. Null where it can go. */
export function addressFault({ addressed }: Sealed, route: Route, present: PresentEnds): Rejection | null {
  if (addressed === null) return null;
  const wrong = routeFault(addressed, route);
  if (wrong !== null) return rejected('wrong-envelope', 'envelope', wrong);
  const stale = staleAccounts(addressed, route, present);
  return stale.length === 0 ? null : rejected('stale-devices', 'envelope', `${rejectCodes['stale-devices']} ${staleText(stale)}`);
}
