import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaForm, kafkaOf } from './kafka.js';
import { readSettings, SettingsError } from './settings.js';

const of = (environment: Record<string, string>) => kafkaOf(readSettings(kafkaForm, environment), 'parley-windows');
const linesOf = (environment: Record<string, string>): readonly string[] => {
  try {
    of(environment);
    return [];
  } catch (error) {
    return (error as SettingsError).lines;
  }
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-kafka-settings-'));
  writeFileSync(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\n');
  writeFileSync(join(folder, 'other'), 'no certificate');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the settings of Kafka', () => {
  it('are none: then the log is in the database', () => {
    expect(of({})).toBeNull();
  });

  it('name brokers, a login and who to trust', () => {
    const environment = { PARLEY_KAFKA: 'one:9092,two:9093', PARLEY_KAFKA_USER: 'u', PARLEY_KAFKA_PASSWORD: 'p', PARLEY_KAFKA_CA: join(folder, 'ca.pem') };
    expect(of(environment)).toEqual({
      brokers: ['one:9092', 'two:9093'], clientId: 'parley-windows', tls: { ca: '-----BEGIN CERTIFICATE-----\n', cert: null, key: null }, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    });
  });

  it('that do not go together are refused, each with the fix', () => {
    expect(linesOf({ PARLEY_KAFKA_USER: 'u' })).toEqual([expect.stringContaining('PARLEY_KAFKA_PASSWORD go together'), expect.stringContaining('PARLEY_KAFKA is not set')]);
    expect(linesOf({ PARLEY_KAFKA: 'one' })).toEqual([expect.stringContaining('PARLEY_KAFKA must be brokers as host:port')]);
    expect(linesOf({ PARLEY_KAFKA: 'one:1', PARLEY_KAFKA_CA: join(folder, 'other') })).toEqual([expect.stringContaining('which is no PEM file')]);
    expect(linesOf({ PARLEY_KAFKA: 'one:1', PARLEY_KAFKA_CA: join(folder, 'missing') })).toEqual([expect.stringContaining('cannot be read (ENOENT)')]);
    expect(linesOf({ PARLEY_KAFKA: 'one:1', PARLEY_KAFKA_MECHANISM: 'gssapi' })).toEqual([expect.stringContaining('must be one of scram-sha-512, scram-sha-256, plain')]);
  });
});
