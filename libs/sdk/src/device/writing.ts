import { conversationIdOf, toId } from '@parley/contracts';
import { newId, type Random } from '@parley/crypto';
import type { Content } from '../content/content.js';
import type { InteractiveContent } from '../content/kinds/interactive.js';
import type { TemplateContent } from '../content/kinds/template.js';
import { sealForDevices } from '../content/sealed.js';
import { shownText } from '../content/shown.js';
import { inboundCall, type StoredCall } from '../platform/client.js';
import type { EntryPoint } from '../platform/inbox.js';
import { DeviceError } from './error.js';
import { addressesOf } from './numbers.js';
import type { KnownNumber, Profile, StoredMessage } from './records.js';
import { ownKeys } from './registration.js';

type Sendable = Exclude<Content, TemplateContent | InteractiveContent>;
type Unsigned<C> = C extends unknown ? Omit<C, 'from' | 'replyTo'> : never;

/** What a customer's device can send. Who it is from, and what it answers, the device says. */
export type DeviceContent = Unsigned<Sendable>;

export type WriteOptions = {
  /** The advertisement the person came from. */
  readonly entryPoint?: EntryPoint;
  /** The message this one answers. */
  readonly replyTo?: string;
};

export type Written = { readonly message: Omit<StoredMessage, 'order'>; readonly call: StoredCall };

/** Seals a content for the business's devices. `at` is the device's clock, epoch ms UTC. Throws DeviceError 'no_devices', ContentError. */
export function writeContent(profile: Profile, number: KnownNumber, said: DeviceContent, options: WriteOptions, at: number, random: Random): Written {
  const recipients = addressesOf(number);
  if (recipients.length === 0) throw new DeviceError('no_devices', 'this business has no device that could read a message yet');
  const { businessId, numberId } = number;
  const { entryPoint, replyTo } = options;
  const messageId = newId('m', random);
  const conversationId = conversationIdOf(toId('Business', businessId), toId('Contact', profile.contactId));
  const from = { phone: profile.phone, name: profile.name };
  const content: Sendable = { ...said, from, ...(replyTo === undefined ? {} : { replyTo }) };
  const sender = { deviceId: profile.deviceId, keys: ownKeys(profile.secretKey) };
  const envelope = sealForDevices({ content, businessId, conversationId, messageId, category: null, sender, recipients, random });
  const call = inboundCall({ numberId, messageId, envelope, ...(entryPoint === undefined ? {} : { entryPoint }) }, newId('k', random));
  const address = { messageId, conversationId, numberId, direction: 'out', at, text: shownText(content), content } as const;
  return { message: { ...address, category: null, template: null, replyTo: replyTo ?? null, state: 'queued', problem: null }, call };
}
