import { partiesOf, type AnyEvent, type AnyTopology, type ConversationId } from '@parley/contracts';

interface Witnessed {
  readonly events: number;
  /** Depends on every event and on their order. */
  readonly chain: number;
}

/**
 * Folds as nothing in the platform does: an event folded twice, or two in another order, leave another state. The real folds forgive both by
 * design, and would hide a runner that relies on it.
 */
export const witnessTopology: AnyTopology = {
  name: 'witness',
  source: 'parley.conversations.v1',
  folds: ['MessageReceived', 'MessageRequested', 'MessageSent', 'ConsentGranted', 'DecisionSkipped'],
  commands: ['MessageReceived', 'ConsentGranted'],
  decisions: 'parley.conversations.v1',
  initial: { events: 0, chain: 0 } satisfies Witnessed,
  evolve: (state, event) => chained(state as Witnessed, event),
  decide: (command, state) => {
    const { events, chain } = state as Witnessed;
    return { type: 'DecisionSkipped', key: 'conversationId' in command ? command.conversationId : '', reason: `witnessed ${events} events, ${chain}` };
  },
  derives: [],
  tables: [],
  businessOf: (key) => partiesOf(key as ConversationId).businessId,
  waitingLimit: 50,
};

function chained({ events, chain }: Witnessed, { meta }: AnyEvent): Witnessed {
  let next = chain;
  for (const letter of meta.eventId) next = (Math.imul(next, 31) + letter.charCodeAt(0)) | 0;
  return { events: events + 1, chain: next };
}
