import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError, StartError } from '@parley/service';
import { usualRates } from './limits/limits.js';
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
      host: '127.0.0.1', port: 8086, logLevel: 'log', logForm: 'text', newSecret: null,
      options: {
        folder: '/data/gateway', secret: { kind: 'key', key: new Uint8Array(32).fill(0x5a) }, platformUrl: 'https://parley.example.com', broker: null,
        callback: { url: 'https://shop.example.com/webhook', verifyToken: 'word' }, webhookHorizonMs: 7 * 86_400_000, takeOver: false, keepsConversations: false, privateAddresses: 'refuse', disableAfterMs: 86_400_000, archive: { keptMs: 30 * 86_400_000, bytes: 268_435_456 }, limits: usualRates, publicUrl: null, mediaBytes: 20 * 1024 ** 3, mediaFromPrivate: false,
      },
    }); // prettier-ignore
    const bare = { ...environment, PARLEY_GATEWAY_WEBHOOK_URL: undefined, PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: undefined };
    expect(readGatewaySettings(bare).options.callback).toBeNull();
    const media = { PARLEY_GATEWAY_PUBLIC_URL: 'https://gateway.example.com', PARLEY_GATEWAY_MEDIA_GB: '2', PARLEY_GATEWAY_MEDIA_FROM: 'anywhere' };
    expect(readGatewaySettings({ ...environment, ...media }).options).toMatchObject({ publicUrl: 'https://gateway.example.com', mediaBytes: 2 * 1024 ** 3, mediaFromPrivate: true });
  });

  it('take the key from a command, and another to open the folder from then on', () => {
    const hex = 'ab'.repeat(32);
    const given = { ...environment, PARLEY_GATEWAY_KEY_FILE: undefined, PARLEY_GATEWAY_KEY_COMMAND: `printf '${hex}'`, PARLEY_GATEWAY_NEW_PASSPHRASE: 'correct horse' };
    const { options, newSecret } = readGatewaySettings(given);
    expect([options.secret, newSecret]).toEqual([{ kind: 'key', key: new Uint8Array(32).fill(0xab) }, { kind: 'passphrase', passphrase: 'correct horse' }]);
    expect(() => readGatewaySettings({ ...given, PARLEY_GATEWAY_NEW_KEY_COMMAND: 'true' })).toThrow(/no more than one/);
  });

  it('say that webhooks that were sent are not kept', () => {
    expect(readGatewaySettings({ ...environment, PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS: '0' }).options.archive).toBeNull();
  });

  it('say how much may be asked for', () => {
    const read = (change: Readonly<Record<string, string>>) => readGatewaySettings({ ...environment, ...change }).options.limits;
    const none = { PARLEY_GATEWAY_MESSAGES_PER_SECOND: '0', PARLEY_GATEWAY_PAIR_SECONDS: '0', PARLEY_GATEWAY_ACCOUNT_REQUESTS_PER_HOUR: '0', PARLEY_GATEWAY_REQUESTS_PER_SECOND: '0' };
    expect(read(none)).toEqual({ throughput: null, pair: null, account: null, app: null });
    expect(read({ PARLEY_GATEWAY_MESSAGES_PER_SECOND: '1000', PARLEY_GATEWAY_PAIR_SECONDS: '1', PARLEY_GATEWAY_PAIR_BURST: '3' })).toMatchObject({ throughput: { burst: 1_000, everyMs: 1 }, pair: { burst: 3, everyMs: 1_000 } });
  });

  it('say which private networks webhooks may go into', () => {
    const read = (text: string) => readGatewaySettings({ ...environment, PARLEY_GATEWAY_WEBHOOK_PRIVATE: text }).options.privateAddresses;
    expect([read('allow'), read('refuse'), read('10.20.0.0/16, fd00:1::/32')]).toEqual(['allow', 'refuse', ['10.20.0.0/16', 'fd00:1::/32']]);
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
    ['media from somewhere', { PARLEY_GATEWAY_MEDIA_FROM: 'home' }, /must be public or anywhere/],
    ['no folder', { PARLEY_GATEWAY_FOLDER: undefined }, /PARLEY_GATEWAY_FOLDER is not set/],
    ['no secret', { PARLEY_GATEWAY_KEY_FILE: undefined }, /Set one of PARLEY_GATEWAY_PASSPHRASE, PARLEY_GATEWAY_KEY_FILE and PARLEY_GATEWAY_KEY_COMMAND:/],
    ['two secrets', { PARLEY_GATEWAY_PASSPHRASE: 'long enough' }, /no more than one/],
    ['a short passphrase', { PARLEY_GATEWAY_KEY_FILE: undefined, PARLEY_GATEWAY_PASSPHRASE: 'short' }, /at least 8 characters/],
    ['no key file', { PARLEY_GATEWAY_KEY_FILE: join(work, 'nowhere') }, /cannot be read \(ENOENT\).*openssl rand -hex 32/],
    ['a key command that fails', { PARLEY_GATEWAY_KEY_FILE: undefined, PARLEY_GATEWAY_KEY_COMMAND: 'exit 3' }, /KEY_COMMAND is a command that failed \(it ended with 3\)/],
    ['a key command that prints none', { PARLEY_GATEWAY_KEY_FILE: undefined, PARLEY_GATEWAY_KEY_COMMAND: 'echo hello' }, /KEY_COMMAND must be a command that prints 64 hex digits/],
    ['a key that is none', { PARLEY_GATEWAY_KEY_FILE: noKey }, /64 hex digits/],
    ['a misspelt setting', { PARLEY_GATEWAY_FOLDR: 'x' }, /Did you mean PARLEY_GATEWAY_FOLDER/],
    ['a platform that is no URL', { PARLEY_GATEWAY_PLATFORM_URL: 'parley' }, /must be a URL such as/],
    ['a callback without its token', { PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN: undefined }, /go together. Set the verify token/],
    ['a token without its callback', { PARLEY_GATEWAY_WEBHOOK_URL: undefined }, /go together. Set the URL/],
    ['a network that is none', { PARLEY_GATEWAY_WEBHOOK_PRIVATE: 'yes' }, /must be refuse, allow, or ranges/],
    ['a range that begins elsewhere', { PARLEY_GATEWAY_WEBHOOK_PRIVATE: '10.20.0.0/16,10.1.2.3/8' }, /10\.1\.2\.3\/8 does not begin a range; 10\.0\.0\.0\/8 does/],
    ['no burst at all', { PARLEY_GATEWAY_PAIR_BURST: '0' }, /from 1 to/],
    ['webhooks kept for too long', { PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS: '31' }, /from 0 to 30/],
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
