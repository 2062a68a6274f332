import { describe, expect, test } from '@jest/globals';
import { EVENT_TYPES } from './generated/events.js';
import { REGISTERED_SCHEMAS } from './generated/schemas.js';
import { mayWrite, TOPIC_NAMES, TOPICS } from './topics.js';

describe('topics', () => {
  test('every event lies on a topic, and someone may write it', () => {
    const held = new Set(TOPIC_NAMES.flatMap((name) => Object.keys(TOPICS[name].writers)));
    expect([...held].sort()).toEqual([...EVENT_TYPES].sort());
  });

  test('only the integrators\' topic is without links', () => {
    expect(TOPIC_NAMES.filter((name) => !TOPICS[name].linked)).toEqual(['parley.requests.v1']);
  });

  test('what bills are made of, and who has which devices, is kept for ever; ciphertext is not', () => {
    const kept = TOPIC_NAMES.filter((name) => TOPICS[name].retentionMs === null);
    expect(kept).toEqual(['parley.conversations.v1', 'parley.usage.v1', 'parley.ledger.v1', 'parley.catalog.v1', 'parley.devices.v1']);
    expect(TOPICS['parley.envelopes.v1'].retentionMs).toBe(30 * 24 * 60 * 60 * 1_000);
  });

  test('topics that a decision is joined over have equal partition counts', () => {
    expect(TOPICS['parley.envelopes.v1'].partitions).toEqual(TOPICS['parley.conversations.v1'].partitions);
    expect(TOPICS['parley.ledger.v1'].partitions).toEqual(TOPICS['parley.usage.v1'].partitions);
  });

  test('a writer writes what it is named for, and nothing else', () => {
    expect(mayWrite('windows', 'MessageAdmitted', 'parley.conversations.v1')).toBe(true);
    expect(mayWrite('ingest/http', 'MessageAdmitted', 'parley.conversations.v1')).toBe(false);
    expect(mayWrite('windows', 'MessageAdmitted', 'parley.usage.v1')).toBe(false);
  });
});

describe('registered schemas', () => {
  test('each event has one, ids are unique, versions count from 1', () => {
    expect([...new Set(REGISTERED_SCHEMAS.map((entry) => entry.name))].sort()).toEqual([...EVENT_TYPES].sort());
    expect(new Set(REGISTERED_SCHEMAS.map((entry) => entry.id)).size).toBe(REGISTERED_SCHEMAS.length);
    for (const type of EVENT_TYPES) {
      const versions = REGISTERED_SCHEMAS.filter((entry) => entry.name === type).map((entry) => entry.version);
      expect(versions).toEqual(versions.map((_, index) => index + 1));
    }
  });
});
