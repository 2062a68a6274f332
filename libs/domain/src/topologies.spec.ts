import { describe, expect, it } from '@jest/globals';
import { mayWrite, TOPICS, type AnyTopology, type Writer } from '@parley/contracts';
import { billingTopology } from './billing/topology.js';
import { budgetsTopology } from './budget/spending.js';
import { envelopesTopology } from './delivery/envelopes.js';
import { feedTopology } from './delivery/feed.js';
import { deliveryTopology } from './delivery/topology.js';
import { devicesTopology } from './devices/topology.js';
import { invoicingTopology } from './invoice/topology.js';
import { notificationsTopology } from './notification/topology.js';
import { repliesTopology } from './reply/topology.js';
import { aMessage, conversationId, friday, logged, timerDue } from './scenario/fixtures.js';
import { businessesTopology } from './spend/businesses.js';
import { lateRepliesTopology } from './spend/late.js';
import { spendTopology } from './spend/topology.js';
import { windowsTopology } from './window/topology.js';

const all = [notificationsTopology, windowsTopology, repliesTopology, budgetsTopology, deliveryTopology, feedTopology, envelopesTopology, billingTopology, invoicingTopology, spendTopology, lateRepliesTopology, businessesTopology, devicesTopology] as unknown as AnyTopology[];

describe.each(all.map((topology) => [topology.name, topology] as const))('the topology %s', (name, topology) => {
  const { source, decisions } = topology;

  it('reads only what lies on its topic, its decisions beside', () => {
    for (const type of topology.folds) {
      const onSource = type in TOPICS[source].writers;
      const ownDecision = decisions !== null && mayWrite(name as Writer, type, decisions);
      expect([type, onSource || ownDecision]).toEqual([type, true]);
    }
  });

  it('folds its commands, and decides where its key lies', () => {
    for (const command of topology.commands) expect(topology.folds).toContain(command);
    if (decisions === null) expect(topology.commands).toEqual([]);
    else expect(TOPICS[decisions]).toMatchObject({ key: TOPICS[source].key, partitions: TOPICS[source].partitions });
  });

  it('has tables whose keys are columns, each row with its business', () => {
    for (const { key, columns } of topology.tables) {
      for (const column of [...key, 'business_id']) expect(columns[column]?.nullable ?? false).toBe(false);
      for (const column of [...key, 'business_id']) expect(Object.keys(columns)).toContain(column);
    }
  });

  it('says whose a key is', () => {
    const keys: { readonly [kind: string]: readonly [key: string, business: string] } = { owner: ['acme-group', '*'], subject: ['acme', 'acme'], conversation: [conversationId, 'acme'], account: ['acme', '*'] };
    const [key, business] = keys[TOPICS[source].key]!;
    expect(topology.businessOf(key)).toBe(business);
  });
});

describe('the topologies together', () => {
  it('have each table once', () => {
    const names = all.flatMap((topology) => topology.tables.map((table) => table.name));
    expect(new Set(names).size).toBe(names.length);
  });

  it('take a timer only from the one that set it', () => {
    const takers = (topology: string): string[] =>
      all.filter((one) => one.commands.includes('TimerDue') && (one.accepts?.(timerDue(topology, 'any', friday)) ?? true)).map((one) => one.name);
    expect(takers('windows')).toEqual(['windows']);
    expect(takers('delivery')).toEqual(['delivery']);
    expect(takers('notifications')).toEqual(['notifications']);
    expect(takers('invoicing')).toEqual(['invoicing']);
    expect(takers('others')).toEqual([]);
  });

  it('accept every command that is no timer', () => {
    const requested = logged({ type: 'MessageRequested', message: aMessage() }, friday);
    expect(windowsTopology.accepts?.(requested)).toBe(true);
  });
});
