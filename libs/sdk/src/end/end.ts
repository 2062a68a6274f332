import {
  agreementKeysOf, beginSession, CryptoError, decodePrekeys, encodePrekeys, hasSeen, identityIn, noPrekeys, openMessage, readMessage, safetyNumber, safetyQr, sealMessage, sessionIn,
  toBase64, withActive, withoutPrekey, type DeviceList, type MessageBinding, type Prekeys, type Random, type Recipient, type Session, type SessionAddress, type SessionDevice,
} from '@parley/crypto';
import { decodeContent, encodeContent, templateHashOf, type Content } from '../content/content.js';
import { ContentError } from '../content/error.js';
import { Turns } from '../turns.js';
import { Accounts, type LogIdentity, type VerifiedAccount } from './accounts.js';
import type { KeyDirectory } from './directory.js';
import { EndError, KeysNeeded, type KeyNeed } from './error.js';
import { bytesOf, endKeys, loadRecord, loadSessions, putRecord, putSessions, type OwnKeys, type RecordDraft, type Records, type SeenMessages } from './records.js';

export type EndParts<D extends RecordDraft = RecordDraft> = {
  /** What is committed. */
  readonly records: Records;
  /** Runs one commit: all that the task puts is kept, or nothing where it throws. Commits do not overlap. */
  readonly commit: <T>(task: (draft: D) => Promise<T>) => Promise<T>;
  readonly directory: () => Promise<KeyDirectory>;
  readonly random: Random;
  /** Epoch ms UTC. */
  readonly now: () => number;
  /** The key log to follow; null to take the platform's as it first shows it. */
  readonly keyLog: LogIdentity | null;
};

export type SealingRequest = Omit<MessageBinding, 'templateHash'> & {
  /** The account it is for: all its devices. */
  readonly to: string;
  readonly content: Content;
};

export type OpeningRequest = {
  readonly envelope: Uint8Array;
  /** The account that is said to have sent it. */
  readonly from: string;
  /** What the platform said of the message. */
  readonly expected: Partial<MessageBinding>;
};

export type OpenedMessageOf = {
  readonly content: Content;
  readonly category: string | null;
  readonly sender: SessionAddress;
  /** Whether the sender had seen the last that was sealed here, or something before it: else messages crossed, or the platform withholds some. */
  readonly hasSeenOurs: boolean;
};

/** Who the two ends of a conversation are to each other. */
export type Verification = {
  /** 60 digits; the same at both ends while nobody stands between them. */
  readonly safetyNumber: string;
  /** The text of a QR code; `matchesSafetyQr` compares one that was scanned. */
  readonly qr: string;
  /** How often the other account's key changed since this end first saw one. */
  readonly keyChanges: number;
};

const mostSeen = 32;
const mostFetches = 3; // Of one account for one commit: its keys may change meanwhile, once or twice.
/** What a receiver mends by beginning anew: its peer was restored from a backup, or it was itself. */
const lostCodes: readonly string[] = ['duplicate', 'refused', 'unknown_session', 'unknown_prekey', 'too_far_ahead'];

/**
 * One device's side of the end-to-end protocol over a store: keys, sessions, and what was verified of others. Sealing and opening happen inside
 * a commit of the caller's, so that a message and the state after it are stored together; keys are fetched outside of it.
 */
export class End<D extends RecordDraft = RecordDraft> {
  readonly accounts: Accounts;
  private readonly fetching = new Turns();
  private pair: { readonly secret: string; readonly keys: SessionDevice['agreement'] } | null = null;

  constructor(private readonly parts: EndParts<D>) {
    this.accounts = new Accounts(parts.keyLog);
  }

  /**
   * Runs a commit that seals or opens, after fetching the keys that it finds missing. `fetched` holds the accounts whose keys were asked for
   * meanwhile. Throws EndError, PlatformError, and what the task throws.
   */
  async with<T>(task: (draft: D, fetched: ReadonlySet<string>) => Promise<T>): Promise<T> {
    const asked = new Map<string, { readonly times: number; readonly error: EndError | null }>();
    for (;;) {
      try {
        return await this.parts.commit((draft) => task(draft, new Set(asked.keys())));
      } catch (error) {
        if (!(error instanceof KeysNeeded)) throw error;
        for (const need of error.needs) {
          const { times, error: before } = asked.get(need.accountId) ?? { times: 0, error: null };
          if (before !== null) throw before;
          if (times === mostFetches) throw new EndError('no_devices', `a device of ${need.accountId} has no prekeys in the directory: it cannot be written to until it has been online`);
          asked.set(need.accountId, { times: times + 1, error: await this.fetched(need) });
        }
      }
    }
  }

  /** Brings an account's list up to date, and begins a session with each of its devices that has none. Throws EndError, PlatformError. */
  fetch({ accountId, sessions }: KeyNeed): Promise<void> {
    return this.fetching.take(async () => {
      const directory = await this.parts.directory();
      const verified = await this.accounts.fetch(this.parts.records, directory, accountId);
      const begun = sessions ? await this.begin(verified, directory) : [];
      await this.parts.commit(async (draft) => {
        await this.accounts.keep(draft, verified);
        for (const session of begun) await this.addSession(draft, session);
      });
    });
  }

  /** Seals a content for all devices of an account. Throws KeysNeeded, EndError, CryptoError, ContentError. */
  async seal(draft: RecordDraft, { to, content, ...address }: SealingRequest): Promise<Uint8Array> {
    const sender = await this.self(draft);
    const recipients = await this.recipientsOf(draft, to, sender);
    const key = endKeys.seen(address.conversationId);
    const seen = (await loadRecord<SeenMessages>(draft, key)) ?? { opened: null, sealed: [] };
    const { envelope, contentHash, sessions } = sealMessage({
      binding: { ...address, templateHash: templateHashOf(content) },
      body: encodeContent(content),
      lastSeen: seen.opened === null ? null : bytesOf(seen.opened, key),
      sender,
      recipients: recipients.map(({ recipient }) => recipient),
      random: this.parts.random,
    });
    for (const [at, session] of sessions.entries()) {
      const { deviceId } = session.peer;
      putSessions(draft, to, deviceId, withActive(recipients[at]!.held, session));
    }
    putRecord(draft, key, { ...seen, sealed: [...seen.sealed, toBase64(contentHash)].slice(-mostSeen) } satisfies SeenMessages);
    return envelope;
  }

  /**
   * Opens what an account sent. What it changes of the state is in the draft also where the content cannot be read then. Throws KeysNeeded, and
   * CryptoError or ContentError where the message can never be read.
   */
  async open(draft: RecordDraft, { envelope, from, expected }: OpeningRequest, fetched: ReadonlySet<string>): Promise<OpenedMessageOf> {
    const own = await this.self(draft);
    const header = readMessage(envelope);
    const sender = await this.senderOf(draft, header, from, fetched);
    const { accountId, deviceId } = sender;
    const sessions = await loadSessions(draft, accountId, deviceId);
    const wrap = header.wraps.find(({ recipient }) => recipient.accountId === own.identity.accountId && recipient.deviceId === own.identity.deviceId);
    const prekeys = wrap === undefined || sessionIn(sessions, wrap.sessionId) !== null ? noPrekeys : await this.prekeys(draft);
    const opened = await this.orRenew(draft, sender, () => openMessage({ envelope, own, sender, sessions, prekeys, expected }));
    putSessions(draft, accountId, deviceId, opened.sessions);
    if (opened.usedOneTimePrekey !== null) draft.put(endKeys.prekeys, toBase64(encodePrekeys(withoutPrekey(prekeys, opened.usedOneTimePrekey))));
    const key = endKeys.seen(opened.header.conversationId);
    const seen = (await loadRecord<SeenMessages>(draft, key)) ?? { opened: null, sealed: [] };
    putRecord(draft, key, { ...seen, opened: toBase64(opened.contentHash) } satisfies SeenMessages);
    const content = decodeContent(opened.body);
    if (templateHashOf(content) !== header.templateHash) throw new ContentError('template_mismatch', 'the header names another template than the content');
    return { content, category: header.category, sender: header.sender, hasSeenOurs: hasSeen(opened, seen.sealed.map((hash) => bytesOf(hash, key))) };
  }

  /** Throws KeysNeeded where the account's list is older here than that version. */
  async needVersion(records: Records, accountId: string, listVersion: number): Promise<void> {
    const known = await this.accounts.known(records, accountId);
    if (known !== null && known.list.listVersion < listVersion) throw new KeysNeeded([{ accountId, sessions: true }]);
  }

  /** The next message to that device begins a new session: what it was sent before, it said it could not open. */
  async renew(draft: RecordDraft, accountId: string): Promise<void> {
    const known = await this.accounts.known(draft, accountId);
    for (const { deviceId } of known?.list.devices ?? []) draft.put(endKeys.renewal(accountId, deviceId), '1');
  }

  /** By what people make sure that nobody stands between them. Null where nothing is known of the account yet. Throws EndError. */
  async verification(accountId: string): Promise<Verification | null> {
    const { records } = this.parts;
    const { identity } = await this.self(records);
    const known = await this.accounts.known(records, accountId);
    if (known === null) return null;
    const own = { accountId: identity.accountId, accountKey: identity.accountKey };
    const other = { accountId, accountKey: known.list.accountKey };
    return { safetyNumber: safetyNumber(own, other), qr: safetyQr(own, other), keyChanges: known.record.formerKeys.length };
  }

  /** This device as its account's list has it. Throws EndError 'not_registered', 'not_listed'; KeysNeeded. */
  async self(records: Records): Promise<SessionDevice> {
    const own = await loadRecord<OwnKeys>(records, endKeys.own);
    if (own === null || own.device === null) throw new EndError('not_registered', 'register this end first');
    const { accountId, deviceId } = own.device;
    const known = await this.accounts.known(records, accountId);
    if (known === null || known.record.stale) throw new KeysNeeded([{ accountId, sessions: false }]);
    const identity = identityIn(known.list, deviceId);
    if (identity === null) throw new EndError('not_listed', 'the account\'s list of devices does not have this one: let the device that made the account add it, or take the account over');
    return { identity, agreement: this.agreement(own) };
  }

  /** The public half takes as long as opening a message: it is computed once. */
  private agreement({ agreementSecret }: OwnKeys): SessionDevice['agreement'] {
    if (this.pair?.secret !== agreementSecret) this.pair = { secret: agreementSecret, keys: agreementKeysOf(bytesOf(agreementSecret, endKeys.own)) };
    return this.pair.keys;
  }

  /** Fetches; resolves to why there is nothing that could be believed, or null. Throws all else. */
  private async fetched(need: KeyNeed): Promise<EndError | null> {
    try {
      await this.fetch(need);
      return null;
    } catch (error) {
      // What was verified before goes on holding for what comes in; nothing is sealed on it.
      if (error instanceof EndError && ['unknown_account', 'keys_disagree'].includes(error.code)) return error;
      throw error;
    }
  }

  private async recipientsOf(draft: RecordDraft, to: string, sender: SessionDevice): Promise<readonly { readonly recipient: Recipient; readonly held: readonly Session[] }[]> {
    const known = await this.accounts.known(draft, to);
    const need = new KeysNeeded([{ accountId: to, sessions: true }]);
    if (known === null || known.record.stale) throw need;
    const devices = devicesBeside(known.list, sender);
    if (devices.length === 0) throw new EndError('no_devices', `${to} has no device that could read a message yet`);
    const found = [];
    for (const { deviceId } of devices) {
      const held = await loadSessions(draft, to, deviceId);
      const [session] = held;
      if (session === undefined || (await draft.get(endKeys.renewal(to, deviceId))) !== null) throw need;
      found.push({ recipient: { session, listVersion: known.list.listVersion }, held });
    }
    return found;
  }

  private async senderOf(draft: RecordDraft, { sender, senderListVersion }: { readonly sender: SessionAddress; readonly senderListVersion: number }, from: string, fetched: ReadonlySet<string>) {
    if (sender.accountId !== from) throw new CryptoError('sender_mismatch', 'the header names another account than the one the message came from');
    const known = await this.accounts.known(draft, from);
    const identity = known === null ? null : identityIn(known.list, sender.deviceId);
    // A newer list may have lost the device; a device that is not listed may be newer than the list.
    if (!fetched.has(from) && (known === null || identity === null || known.record.stale || senderListVersion > known.list.listVersion)) throw new KeysNeeded([{ accountId: from, sessions: false }]);
    if (identity === null) throw new ContentError('sender_unknown', 'the account that it came from does not list the device that sealed it');
    return identity;
  }

  private async begin({ accountId, opened }: VerifiedAccount, directory: KeyDirectory): Promise<readonly Session[]> {
    const { records, random } = this.parts;
    const own = await this.self(records).catch((error: unknown) => {
      if (error instanceof KeysNeeded) return null; // The own list comes first: the commit that needs both asks for it, and then for this account again.
      throw error;
    });
    if (own === null) return [];
    const wanted: string[] = [];
    for (const { deviceId } of devicesBeside(opened, own)) {
      const isHeld = (await loadSessions(records, accountId, deviceId)).length > 0;
      if (!isHeld || (await records.get(endKeys.renewal(accountId, deviceId))) !== null) wanted.push(deviceId);
    }
    if (wanted.length === 0) return [];
    const bundles = await directory.bundles(accountId, wanted);
    return bundles.flatMap(({ deviceId, bundle }) => {
      const identity = wanted.includes(deviceId) ? identityIn(opened, deviceId) : null;
      return identity === null ? [] : [begun(own, identity, bundle, random)];
    });
  }

  private async addSession(draft: RecordDraft, session: Session): Promise<void> {
    const { accountId, deviceId } = session.peer;
    const held = await loadSessions(draft, accountId, deviceId);
    putSessions(draft, accountId, deviceId, withActive(held, session));
    draft.remove(endKeys.renewal(accountId, deviceId));
  }

  private async orRenew<T>(draft: RecordDraft, { accountId, deviceId }: SessionAddress, open: () => T): Promise<T> {
    try {
      return open();
    } catch (error) {
      if (error instanceof CryptoError && lostCodes.includes(error.code)) draft.put(endKeys.renewal(accountId, deviceId), '1');
      throw error;
    }
  }

  private async prekeys(records: Records): Promise<Prekeys> {
    const text = await records.get(endKeys.prekeys);
    return text === null ? noPrekeys : decodePrekeys(bytesOf(text, endKeys.prekeys));
  }
}

function devicesBeside({ accountId, devices }: DeviceList, { identity }: SessionDevice): DeviceList['devices'] {
  return devices.filter(({ deviceId }) => accountId !== identity.accountId || deviceId !== identity.deviceId);
}

function begun(own: SessionDevice, peer: Parameters<typeof beginSession>[1], bundle: Uint8Array, random: Random): Session {
  try {
    return beginSession(own, peer, bundle, random);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    throw new EndError('keys_disagree', `the prekeys that the directory gave out for device ${peer.deviceId} do not hold (${error.code}); nothing is sealed with them, report it`);
  }
}
