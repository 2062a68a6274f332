import { describe, expect, it } from '@jest/globals';
import { TOPIC_NAMES } from '@parley/contracts';
import { rights } from './rights.js';

/** Rights as a table: a line per login and topic. */
function matrix(grants: ReturnType<typeof rights>): readonly string[] {
  const lines = new Map<string, string[]>();
  for (const { principal, topic, operation } of grants) lines.set(`${principal} ${topic}`, [...(lines.get(`${principal} ${topic}`) ?? []), operation]);
  return [...lines].map(([line, operations]) => `${line}: ${operations.filter((operation) => operation === 'Read' || operation === 'Write').join(' ') || 'Describe'}`);
}

describe('rights on topics', () => {
  it('are what each service reads and may write, and no more', () => {
    expect(matrix(rights({ prefix: 'parley-', integrators: ['acme'] }))).toEqual([
      'User:acme parley.requests.v1: Write',
      'User:parley-billing parley.catalog.v1: Read Write',
      'User:parley-billing parley.ledger.v1: Read Write',
      'User:parley-billing parley.usage.v1: Read',
      'User:parley-delivery parley.catalog.v1: Read',
      'User:parley-delivery parley.conversations.v1: Read Write',
      'User:parley-delivery parley.devices.v1: Read Write',
      'User:parley-delivery parley.envelopes.v1: Read Write',
      'User:parley-delivery parley.usage.v1: Read Write',
      'User:parley-ingest parley.catalog.v1: Read Write',
      'User:parley-ingest parley.conversations.v1: Read Write',
      'User:parley-ingest parley.devices.v1: Read',
      'User:parley-ingest parley.envelopes.v1: Read Write',
      'User:parley-ingest parley.requests.rejected.v1: Read Write',
      'User:parley-ingest parley.requests.v1: Read',
      'User:parley-notifications parley.catalog.v1: Read Write',
      'User:parley-notifications parley.conversations.v1: Read Write',
      'User:parley-windows parley.catalog.v1: Read',
      'User:parley-windows parley.conversations.v1: Read Write',
      'User:parley-windows parley.ledger.v1: Read Write',
    ]);
  });

  it('of an integrator are one topic, to write and not to read', () => {
    const own = rights({ prefix: 'parley-', integrators: ['acme'] }).filter(({ principal }) => principal === 'User:acme');
    expect(own.map(({ topic, operation }) => `${topic} ${operation}`)).toEqual(['parley.requests.v1 Describe', 'parley.requests.v1 Write']);
  });

  it('leave no topic unread or unwritten', () => {
    const grants = rights({ prefix: '', integrators: ['acme'] });
    for (const topic of TOPIC_NAMES) {
      expect([topic, grants.some((grant) => grant.topic === topic && grant.operation === 'Read'), grants.some((grant) => grant.topic === topic && grant.operation === 'Write')]).toEqual([topic, true, true]);
    }
  });
});
