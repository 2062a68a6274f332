import { describe, expect, it } from '@jest/globals';
import { grantCommand, grantsFor } from './acl.js';
import { mismatches, planTopics, topicConfig } from './plan.js';

const wanted = [
  { name: 'parley.usage.v1', partitions: 12, retentionMs: null },
  { name: 'parley.envelopes.v1', partitions: 48, retentionMs: 2_592_000_000 },
];
const right = wanted.map((layout) => ({ name: layout.name, partitions: layout.partitions, replication: 3, config: { ...topicConfig(layout, 3), 'segment.bytes': '1' } }));

describe('topics', () => {
  it('that are as stated need nothing', () => {
    expect(planTopics(wanted, right, 3)).toEqual({ create: [], alter: [], refused: [] });
  });

  it('that are missing are made with every setting that keeps what is written', () => {
    const { create } = planTopics(wanted, [], 1);
    expect(create.map(({ name, partitions, config }) => [name, partitions, config['retention.ms'], config['cleanup.policy'], config['min.insync.replicas']])).toEqual([
      ['parley.usage.v1', 12, '-1', 'delete', '1'],
      ['parley.envelopes.v1', 48, '2592000000', 'delete', '1'],
    ]);
    expect(topicConfig(wanted[0]!, 3)['min.insync.replicas']).toBe('2');
  });

  it('that are set otherwise are named, setting by setting', () => {
    const other = [right[0]!, { ...right[1]!, config: { ...right[1]!.config, 'retention.ms': '1000', 'compression.type': 'producer' } }];
    const plan = planTopics(wanted, other, 3);
    expect(plan.alter).toEqual([{ name: 'parley.envelopes.v1', config: { 'retention.ms': '2592000000', 'compression.type': 'uncompressed' }, was: { 'retention.ms': '1000', 'compression.type': 'producer' } }]);
    expect(mismatches(plan)).toEqual(['parley.envelopes.v1: retention.ms is 1000, not 2592000000; compression.type is producer, not uncompressed. Set it right with `parley topics`.']);
  });

  it('of another number of partitions are refused: no setting mends that', () => {
    const plan = planTopics(wanted, [{ ...right[0]!, partitions: 6 }, right[1]!], 3);
    expect(plan.create).toEqual([]);
    expect(mismatches(plan)).toEqual([expect.stringMatching(/^parley\.usage\.v1 has 6 partitions, not 12\..*PARLEY_LAYOUT/)]);
  });
});

describe('rights on topics', () => {
  const uses = [
    { principal: 'User:windows', reads: ['c'], writes: ['c'] },
    { principal: 'User:integrator', reads: [], writes: ['r'] },
  ];

  it('follow from who reads and who writes; a writer reads his own topic, unless it has no links', () => {
    expect(grantsFor(uses, new Set(['r'])).map(({ principal, topic, operation }) => `${principal} ${topic} ${operation}`)).toEqual([
      'User:integrator r Describe', 'User:integrator r Write',
      'User:windows c Describe', 'User:windows c DescribeConfigs', 'User:windows c Read', 'User:windows c Write',
    ]);
  });

  it('can be granted by hand', () => {
    expect(grantCommand({ principal: 'User:windows', topic: 'c', operation: 'Write' }, 'b:1')).toBe(
      "kafka-acls.sh --bootstrap-server b:1 --add --allow-principal 'User:windows' --operation Write --topic 'c'",
    );
  });
});
