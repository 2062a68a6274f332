import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fromHex } from '@parley/crypto';
import { brokersForm, host, kafkaOf, logForm, logLevel, orNull, port, readSettings, SettingsError, wholeNumber, words, type Environment, type Settings } from '@parley/service';
import type { FolderSecret } from './folder/folder.js';
import type { BusinessBroker } from './commands/broker.js';
import type { GatewayOptions } from './options.js';
import { limitsForm, limitsOf } from './limits/form.js';
import { rangeFault, type PrivateAddresses } from './network/address.js';
import { callbackUrl } from './webhook/handshake.js';

const anyText = /[^]/;
const usualPort = 8086;
const kafkaPrefix = 'PARLEY_GATEWAY_KAFKA';
const topicName = /^[A-Za-z0-9._-]{1,249}$/;

/** Of the gateway as a process of its own. The README lists them. */
const form = {
  host,
  port: port(usualPort),
  logLevel,
  logForm,
  folder: words('PARLEY_GATEWAY_FOLDER', 'the folder with its keys and messages', anyText, 'must be a path'),
  passphrase: orNull(words('PARLEY_GATEWAY_PASSPHRASE', 'the passphrase that opens the folder', /^[^]{8,}$/, 'must have at least 8 characters (its value is not shown here)')),
  keyFile: orNull(words('PARLEY_GATEWAY_KEY_FILE', 'a file with 64 hex digits that opens the folder, instead of a passphrase', anyText, 'must be a path')),
  keyCommand: orNull(words('PARLEY_GATEWAY_KEY_COMMAND', 'a command that prints 64 hex digits that open the folder: out of a KMS or a vault', anyText, 'must be a command')),
  newPassphrase: orNull(words('PARLEY_GATEWAY_NEW_PASSPHRASE', 'for `rotate`: the passphrase that opens the folder from then on', /^[^]{8,}$/, 'must have at least 8 characters (its value is not shown here)')),
  newKeyFile: orNull(words('PARLEY_GATEWAY_NEW_KEY_FILE', 'for `rotate`: the key file that opens it from then on', anyText, 'must be a path')),
  newKeyCommand: orNull(words('PARLEY_GATEWAY_NEW_KEY_COMMAND', 'for `rotate`: the command whose key opens it from then on', anyText, 'must be a command')),
  platformUrl: words('PARLEY_GATEWAY_PLATFORM_URL', 'the address of the platform', /^https?:\/\/[^/]+/, 'must be a URL such as https://parley.example.com'),
  webhookUrl: orNull(words('PARLEY_GATEWAY_WEBHOOK_URL', 'where webhooks go', /^https?:\/\/[^/]+/, 'must be a URL such as https://shop.example.com/webhook')),
  webhookToken: orNull(words('PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN', 'the word by which the webhook URL knows the gateway', anyText, 'must be text')),
  webhookPrivate: words('PARLEY_GATEWAY_WEBHOOK_PRIVATE', 'which private networks webhooks may go into: refuse, allow, or ranges', /^(refuse|allow|[0-9a-fA-F:.]+\/\d+(\s*,\s*[0-9a-fA-F:.]+\/\d+)*)$/, 'must be refuse, allow, or ranges such as 10.20.0.0/16,fd00:1::/32', 'refuse'),
  ...brokersForm(kafkaPrefix, "the business's own Kafka, for commands and outcomes; without it there are none"),
  commands: words('PARLEY_GATEWAY_COMMANDS', 'the topic that commands come from', topicName, 'must be the name of a topic', 'parley.gateway.commands'),
  outcomes: words('PARLEY_GATEWAY_OUTCOMES', 'the topic that outcomes go to', topicName, 'must be the name of a topic', 'parley.gateway.outcomes'),
  content: words('PARLEY_GATEWAY_OUTCOMES_CONTENT', "whether contacts' words go to the topic of outcomes", /^(yes|no)$/, 'must be yes or no', 'yes'),
  gone: words('PARLEY_GATEWAY_COMMANDS_GONE', 'what to do about commands that the topic kept too short a time', /^(halt|go-on)$/, 'must be halt or go-on', 'halt'),
  takeOver: words('PARLEY_GATEWAY_TAKE_OVER', "whether to take the business over from gateways whose list does not hold this one", /^(yes|no)$/, 'must be yes or no', 'no'),
  ...limitsForm,
  disableHours: wholeNumber('PARLEY_GATEWAY_WEBHOOK_DISABLE_HOURS', 'after how many hours of nothing but failures the callback is disabled', { min: 1, max: 720 }, 24),
  keptDays: wholeNumber('PARLEY_GATEWAY_WEBHOOK_KEPT_DAYS', 'how many days webhooks that were sent are kept for a replay; 0: none are', { min: 0, max: 30 }, 30),
  keptMiB: wholeNumber('PARLEY_GATEWAY_WEBHOOK_KEPT_MIB', 'how many MiB of them are kept at most', { min: 1, max: 1_048_576 }, 256),
  publicUrl: orNull(words('PARLEY_GATEWAY_PUBLIC_URL', "where the business's software reaches the gateway, for URLs of media", /^https?:\/\/[^/]+/, 'must be a URL such as https://gateway.example.com')),
  mediaGigabytes: wholeNumber('PARLEY_GATEWAY_MEDIA_GB', 'how many gigabytes of media may lie in the folder', { min: 1, max: 100_000 }, 20),
  mediaFrom: words('PARLEY_GATEWAY_MEDIA_FROM', 'where linked media may lie: on the public internet alone, or anywhere', /^(public|anywhere)$/, 'must be public or anywhere', 'public'),
  conversations: words('PARLEY_GATEWAY_CONVERSATIONS', "whether what was said is kept, for the business's own inbox", /^(yes|no)$/, 'must be yes or no', 'no'),
  horizonHours: wholeNumber('PARLEY_GATEWAY_WEBHOOK_HORIZON_HOURS', 'how many hours a webhook is tried before it is given up', { min: 1, max: 720 }, 168),
};

export interface GatewaySettings {
  readonly host: string;
  readonly port: number;
  readonly logLevel: ReturnType<typeof readSettings<typeof form>>['logLevel'];
  readonly logForm: ReturnType<typeof readSettings<typeof form>>['logForm'];
  readonly options: GatewayOptions;
  /** What `rotate` has open the folder from then on; null where none is given. */
  readonly newSecret: FolderSecret | null;
}

/** Throws SettingsError with one line per wrong variable. */
export function readGatewaySettings(environment: Environment): GatewaySettings {
  const settings = readSettings(form, environment);
  const { folder, passphrase, keyFile, platformUrl, webhookUrl: url, webhookToken: verifyToken } = settings;
  const privateAddresses = privateOf(settings.webhookPrivate);
  const secret = secretOf({ passphrase, keyFile, keyCommand: settings.keyCommand });
  const wantsNew = [settings.newPassphrase, settings.newKeyFile, settings.newKeyCommand].some((given) => given !== null);
  const newSecret = wantsNew ? secretOf({ passphrase: settings.newPassphrase, keyFile: settings.newKeyFile, keyCommand: settings.newKeyCommand }, 'PARLEY_GATEWAY_NEW_') : null;
  if ((url === null) !== (verifyToken === null)) {
    throw new SettingsError([`PARLEY_GATEWAY_WEBHOOK_URL and PARLEY_GATEWAY_WEBHOOK_VERIFY_TOKEN go together. Set ${url === null ? 'the URL' : 'the verify token'} too, or neither.`]);
  }
  if (url !== null && callbackUrl(url) === null) throw new SettingsError(['PARLEY_GATEWAY_WEBHOOK_URL is not a URL that webhooks can be sent to.']);
  const callback = url === null || verifyToken === null ? null : { url, verifyToken };
  const { host, port, logLevel, logForm } = settings;
  return { host, port, logLevel, logForm, newSecret, options: { folder, secret, platformUrl, callback, broker: brokerOf(settings), privateAddresses, takeOver: settings.takeOver === 'yes', keepsConversations: settings.conversations === 'yes', limits: limitsOf(settings), ...webhooksOf(settings), ...mediaOf(settings) } };
}

function webhooksOf({ horizonHours, disableHours, keptDays, keptMiB }: Settings<typeof form>) {
  const archive = keptDays === 0 ? null : { keptMs: keptDays * 86_400_000, bytes: keptMiB * 1024 * 1024 };
  return { webhookHorizonMs: horizonHours * 3_600_000, disableAfterMs: disableHours * 3_600_000, archive };
}

function privateOf(text: string): PrivateAddresses {
  if (text === 'refuse' || text === 'allow') return text;
  const ranges = text.split(/\s*,\s*/);
  const faults = ranges.map(rangeFault).filter((fault) => fault !== null);
  if (faults.length > 0) throw new SettingsError(faults.map((fault) => `PARLEY_GATEWAY_WEBHOOK_PRIVATE: ${fault}`));
  return ranges;
}

function mediaOf({ publicUrl, mediaGigabytes, mediaFrom }: Settings<typeof form>): Pick<GatewayOptions, 'publicUrl' | 'mediaBytes' | 'mediaFromPrivate'> {
  return { publicUrl, mediaBytes: mediaGigabytes * 1024 ** 3, mediaFromPrivate: mediaFrom === 'anywhere' };
}

function brokerOf(read: Settings<typeof form>): BusinessBroker | null {
  const settings = kafkaOf(read, 'parley-gateway', kafkaPrefix);
  if (settings === null) return null;
  const { commands, outcomes, content, gone } = read;
  if (commands === outcomes) throw new SettingsError(['PARLEY_GATEWAY_COMMANDS and PARLEY_GATEWAY_OUTCOMES name the same topic: each needs its own.']);
  return { settings, commands, outcomes, withContent: content === 'yes', whenGone: gone === 'halt' ? 'halt' : 'go on' };
}

interface GivenSecret {
  readonly passphrase: string | null;
  readonly keyFile: string | null;
  readonly keyCommand: string | null;
}

function secretOf({ passphrase, keyFile, keyCommand }: GivenSecret, prefix = 'PARLEY_GATEWAY_'): FolderSecret {
  const given = [passphrase, keyFile, keyCommand].filter((one) => one !== null).length;
  if (given !== 1) {
    throw new SettingsError([`Set one of ${prefix}PASSPHRASE, ${prefix}KEY_FILE and ${prefix}KEY_COMMAND${given === 0 ? '' : ', and no more than one'}: it opens the gateway's folder.`]);
  }
  if (passphrase !== null) return { kind: 'passphrase', passphrase };
  return { kind: 'key', key: keyFile !== null ? keyIn(keyFile, `${prefix}KEY_FILE`) : keyFrom(keyCommand ?? '', `${prefix}KEY_COMMAND`) };
}

const commandWithinMs = 30_000;

/** The key that a command prints: whatever keeps it, it need lie on no disk here. */
function keyFrom(command: string, name: string): Uint8Array {
  let text: string;
  try {
    text = execSync(command, { encoding: 'utf8', timeout: commandWithinMs, stdio: ['ignore', 'pipe', 'inherit'] }).trim();
  } catch (error) {
    const { status, signal } = error as { readonly status: number | null; readonly signal: string | null };
    throw new SettingsError([`${name} is a command that failed (${signal === null ? `it ended with ${status}` : `it was ended by ${signal}: it may take ${commandWithinMs / 1_000} s`}). What it said stands above.`]);
  }
  return keyOf(text, `${name} must be a command that prints 64 hex digits and nothing else.`);
}

function keyIn(path: string, name: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new SettingsError([`${name} names a file that cannot be read (${String((error as NodeJS.ErrnoException).code)}). Make one with \`openssl rand -hex 32\`.`]);
  }
  return keyOf(text, `${name} must hold 64 hex digits and nothing else. Make one with \`openssl rand -hex 32\`.`);
}

function keyOf(text: string, fault: string): Uint8Array {
  const key = fromHex(text.toLowerCase());
  if (key?.length !== 32) throw new SettingsError([fault]);
  return key;
}
