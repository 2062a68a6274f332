import { partiesOf, type ConversationId, type Timer, type Topology } from '@parley/contracts';
import { accountsOf, movesOf } from '../budget/admission.js';
import type { Catalog } from '../catalog/catalog.js';
import { windowTallies } from '../conservation/tallies.js';
import { typesOf } from '../event-types.js';
import { decide } from './decide.js';
import type { WindowCommand, WindowEvent } from './events.js';
import { closedTimer, evolve, expiringTimer, initial, windowsTopologyName, type WindowState } from './evolve.js';
import { project, windowTable } from './rows.js';

/** The notices of the window that is open now, unless they were given. */
export function timers({ window, fired }: WindowState): readonly Timer[] {
  const due: Timer[] = [];
  if (window.closesAt === null) return due;
  if (window.noticeAt !== null && isAhead(window.noticeAt, fired.expiringAt)) due.push({ name: expiringTimer, subject: '', dueAt: window.noticeAt });
  if (isAhead(window.closesAt, fired.closedAt)) due.push({ name: closedTimer, subject: '', dueAt: window.closesAt });
  return due;
}

function isAhead(dueAt: number, firedAt: number | null): boolean {
  return firedAt === null || dueAt > firedAt;
}

export const windowsTopology: Topology<WindowState, WindowEvent, WindowCommand, Catalog> = {
  name: windowsTopologyName,
  source: 'parley.conversations.v1',
  folds: typesOf<WindowEvent>({
    MessageReceived: true,
    ConsentGranted: true,
    ConsentRevoked: true,
    MessageRequested: true,
    TimerDue: true,
    MessageAdmitted: true,
    MessageRefused: true,
    MessageOverBudget: true,
    MessageFailed: true,
    WindowExpiring: true,
    WindowClosed: true,
    DecisionSkipped: true,
  }),
  commands: typesOf<WindowCommand>({ MessageRequested: true, TimerDue: true }),
  decisions: 'parley.conversations.v1',
  initial,
  evolve,
  accepts: (command) => command.type !== 'TimerDue' || command.topology === windowsTopologyName,
  decide,
  derives: [],
  timers,
  balances: { accountsOf, movesOf },
  tallies: windowTallies,
  tables: [windowTable],
  project,
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 1000,
};
