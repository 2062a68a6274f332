import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError, StartError } from '@parley/service';
import { readGatewaySettings } from './settings.js';
import { readSetup } from './setup-file.js';

const work = mkdtempSync(join(tmpdir(), 'parley-settings-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const keyFile = join(work, 'key');
writeFileSync(keyFile, `${'5a'.repeat(32)}\n`);
const noKey = join(work, 'no-key');
writeFileSync(noKey, 'secret');
const environment = {
  PARLEY_GATEWAY_FOLDER: '/data/gateway', PARLEY_GATEWAY_KEY_FILE: keyFile, PARLEY_GATEWAY_PLATFORM_URL: 'https://parley.example.com',
  PARLEY_GATEWAY_WEBHOOK_URL: 'https://shop.example.com/webhook', PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: 'word',
}; // prettier-ignore

describe('settings', () => {
  it('are read from the environment', () => {
    expect(readGatewaySettings(environment)).toEqual({
      host: '127.0.0.1', port: 8086, logLevel: 'log', logForm: 'text',
      options: {
        folder: '/data/gateway', secret: { kind: 'key', key: new Uint8Array(32).fill(0x5a) }, platformUrl: 'https://parley.example.com', broker: null,
        callback: { url: 'https://shop.example.com/webhook', verifyToken: 'word' }, webhookHorizonMs: 7 * 86_400_000, takeOver: false, keepsConversations: false,
      },
    }); // prettier-ignore
    const bare = { ...environment, PARLEY_GATEWAY_WEBHOOK_URL: undefined, PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: undefined };
    expect(readGatewaySettings(bare).options.callback).toBeNull();
  });

  it('say whether what was said is kept: only where somebody asks for it', () => {
    expect(readGatewaySettings({ ...environment, PARLEY_GATEWAY_CONVERSATIONS: 'yes' }).options.keepsConversations).toBe(true);
    expect(() => readGatewaySettings({ ...environment, PARLEY_GATEWAY_CONVERSATIONS: 'maybe' })).toThrow(/PARLEY_GATEWAY_CONVERSATIONS must be yes or no/);
  });

  it("name the business's own broker", () => {
    const { broker } = readGatewaySettings({ ...environment, PARLEY_GATEWAY_KAFKA: 'shop:9092', PARLEY_GATEWAY_KAFKA_USER: 'u', PARLEY_GATEWAY_KAFKA_PASSWORD: 'p', PARLEY_GATEWAY_OUTCOMES_CONTENT: 'no' }).options;
    const settings = { brokers: ['shop:9092'], clientId: 'parley-gateway', tls: null, sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' } };
    expect(broker).toEqual({ settings, commands: 'parley.gateway.commands', outcomes: 'parley.gateway.outcomes', withContent: false, whenGone: 'halt' });
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, RegExp]>([
    ['half a login on Kafka', { PARLEY_GATEWAY_KAFKA: 'shop:9092', PARLEY_GATEWAY_KAFKA_USER: 'u' }, /PARLEY_GATEWAY_KAFKA_USER and PARLEY_GATEWAY_KAFKA_PASSWORD go together/],
    ['a login and no brokers', { PARLEY_GATEWAY_KAFKA_USER: 'u', PARLEY_GATEWAY_KAFKA_PASSWORD: 'p' }, /PARLEY_GATEWAY_KAFKA is not set/],
    ['one topic for both', { PARLEY_GATEWAY_KAFKA: 'shop:9092', PARLEY_GATEWAY_OUTCOMES: 'parley.gateway.commands' }, /name the same topic/],
    ['a topic that cannot be one', { PARLEY_GATEWAY_KAFKA: 'shop:9092', PARLEY_GATEWAY_COMMANDS: 'a b' }, /must be the name of a topic/],
    ['no folder', { PARLEY_GATEWAY_FOLDER: undefined }, /PARLEY_GATEWAY_FOLDER is not set/],
    ['no secret', { PARLEY_GATEWAY_KEY_FILE: undefined }, /Set PARLEY_GATEWAY_PASSPHRASE or PARLEY_GATEWAY_KEY_FILE, one/],
    ['two secrets', { PARLEY_GATEWAY_PASSPHRASE: 'long enough' }, /not both/],
    ['a short passphrase', { PARLEY_GATEWAY_KEY_FILE: undefined, PARLEY_GATEWAY_PASSPHRASE: 'short' }, /at least 8 characters/],
    ['no key file', { PARLEY_GATEWAY_KEY_FILE: join(work, 'nowhere') }, /cannot be read \(ENOENT\).*openssl rand -hex 32/],
    ['a key that is none', { PARLEY_GATEWAY_KEY_FILE: noKey }, /64 hex digits/],
    ['a misspelt setting', { PARLEY_GATEWAY_FOLDR: 'x' }, /Did you mean PARLEY_GATEWAY_FOLDER/],
    ['a platform that is no URL', { PARLEY_GATEWAY_PLATFORM_URL: 'parley' }, /must be a URL such as/],
    ['a callback without its token', { PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: undefined }, /go together. Set the verify token/],
    ['a token without its callback', { PARLEY_GATEWAY_WEBHOOK_URL: undefined }, /go together. Set the URL/],
    ['no time for webhooks', { PARLEY_GATEWAY_WEBHOOK_HORIZON_HOURS: '0' }, /from 1 to 720/],
  ])('with %s are refused, with the fix', (_, change, message) => {
    const reading = () => readGatewaySettings({ ...environment, ...change });
    expect(reading).toThrow(SettingsError);
    expect(reading).toThrow(message);
    expect(reading).not.toThrow(/secret$|short\b/);
  });
});

describe('a setup file', () => {
  const whole = {
    wabaId: '1', businessId: 'b1', name: 'Shop', apiKey: 'pk_a', appKey: 'pk_b', tokens: { api: 'a token of our own' },
    numbers: [{ phoneNumberId: '2', numberId: 'n1', displayPhoneNumber: '15550783881', verifiedName: 'Shop' }],
  }; // prettier-ignore

  it('is read whole', () => {
    expect(readSetup(JSON.stringify(whole))).toEqual(whole);
    expect(readSetup(JSON.stringify({ ...whole, appKey: undefined, tokens: undefined }))).toEqual({ ...whole, appKey: undefined, tokens: {} });
  });

  it('names every wrong field, and no value', () => {
    const reading = () => readSetup(JSON.stringify({ ...whole, wabaId: 'x', apiKey: 'a secret', numbers: [] }));
    expect(reading).toThrow(StartError);
    expect(reading).toThrow(/- wabaId must be digits\n {2}- apiKey must be a platform API key, pk_…\n {2}- numbers must be a list/);
    expect(reading).not.toThrow(/a secret/);
    expect(() => readSetup('{')).toThrow(/not JSON/);
  });
});
