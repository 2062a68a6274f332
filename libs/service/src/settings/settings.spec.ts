import { describe, expect, it } from '@jest/globals';
import { databaseUrl, host, operatorKey, orNull, port, serviceKey } from './installation.js';
import { readSettings, SettingsError } from './settings.js';

const form = { host, port: port(8080), databaseUrl, serviceKey, operatorKey };
const right = { PARLEY_DATABASE_URL: 'postgres://parley@localhost/parley', PARLEY_SECRET: 'ab'.repeat(32) };

function linesFor(environment: Record<string, string>): readonly string[] {
  try {
    readSettings(form, environment, ['PARLEY_OTHER']);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).lines;
  }
}

describe('settings', () => {
  it('are read with their types; what is left out has its default', () => {
    expect(readSettings(form, { ...right, PARLEY_PORT: '99', PATH: '/bin' })).toEqual({ host: '127.0.0.1', port: 99, databaseUrl: right.PARLEY_DATABASE_URL, serviceKey: new Uint8Array(32).fill(0xab), operatorKey: null });
    expect(readSettings({ port: port(8080) }, { PARLEY_PORT: '' }).port).toBe(8080);
  });

  it('that are wrong are all named, with the fix', () => {
    expect(linesFor({ PARLEY_PORT: '80a', PARLEY_DATABASE_URL: 'localhost' })).toEqual([
      'PARLEY_PORT must be a whole number from 0 to 65535, not "80a". It is the port to listen on.',
      'PARLEY_DATABASE_URL must look like postgres://user:password@host:5432/database. It is the address of the PostgreSQL database.',
      expect.stringContaining('PARLEY_SECRET is not set. It is the key that tokens'),
    ]);
  });

  it('that nobody knows are refused, with the one that was meant', () => {
    expect(linesFor({ ...right, PARLEY_PROT: '1' })).toEqual(['PARLEY_PROT is not known. Did you mean PARLEY_PORT?']);
    expect(linesFor({ ...right, PARLEY_OTHER: '1' })).toEqual([]);
  });

  it('never show a secret', () => {
    const lines = linesFor({ ...right, PARLEY_SECRET: 'hush', PARLEY_OPERATOR_KEY: 'pk_hush' });
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toMatch(/\bhush|pk_hush/);
  });

  it('may be left out where null stands for that', () => {
    expect(readSettings({ databaseUrl: orNull(databaseUrl) }, {}).databaseUrl).toBeNull();
  });
});
