import { setTimeout as sleep } from 'node:timers/promises';
import { toHex } from '@parley/crypto';
import { EndError, type StaleAccount } from '@parley/sdk';
import type { Archive } from './archive/archive.js';
import { Exchange } from './commands/exchange.js';
import { Changes } from './conversations/changes.js';
import { withKept } from './conversations/keeping.js';
import { Commits } from './end/commits.js';
import { OwnEnd } from './end/own-end.js';
import { outcomeOf, outcomeOfEvent } from './commands/outcome.js';
import { FolderError } from './folder/error.js';
import type { Journal } from './folder/journal.js';
import { Inbox } from './inbox/inbox.js';
import { Prices } from './inbox/prices.js';
import { Reception } from './inbox/reception.js';
import { Limits } from './limits/limits.js';
import type { Log } from './log.js';
import { MediaFiles } from './media/files.js';
import { Media } from './media/media.js';
import { linkFetch } from './media/link-fetch.js';
import type { SettledOptions } from './options.js';
import { publicFetch, type PublicFetch } from './network/public-fetch.js';
import { Outbox } from './outbox/outbox.js';
import { sealLetter, withEnvelope } from './outbox/sealing.js';
import { Sender } from './outbox/sender.js';
import { Directory } from './platform/directory.js';
import { Platform } from './platform/platform.js';
import { TemplateWatch } from './platform/template-watch.js';
import { Templates } from './platform/templates.js';
import type { Account, Call, Fact } from './state/fact.js';
import type { State } from './state/state.js';
import { Courier } from './webhook/courier.js';
import { wants } from './webhook/batch.js';
import { eventOf, updateEventOf } from './webhook/event.js';
import { poster } from './webhook/post.js';
import { Replayer } from './webhook/replayer.js';
import { failedValue } from './webhook/shape.js';
import { preferenceUpdates } from './webhook/update.js';
import { webhookError, type WireFault } from './wire/fault.js';

/** What an open folder is made to work with. */
export interface Parts {
  readonly state: State;
  readonly account: Account;
  readonly now: () => number;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly platform: Platform;
  /** For URLs that others name: callbacks, links to media. */
  readonly fetchPublic: PublicFetch;
  readonly templates: Templates;
  readonly templateWatch: TemplateWatch;
  readonly limits: Limits;
  readonly courier: Courier;
  /** Webhooks that were sent; null where none are kept. */
  readonly archive: Archive | null;
  /** Null where none are kept. */
  readonly replayer: Replayer | null;
  readonly outbox: Outbox;
  readonly sender: Sender;
  readonly own: OwnEnd;
  readonly inbox: Inbox;
  readonly media: Media;
  /** With the business's broker; null where it has none. */
  readonly exchange: Exchange | null;
  /** Whether what was said is kept, and which of it changed. */
  readonly keepsConversations: boolean;
  readonly changes: Changes;
  readonly stopping: AbortSignal;
}

export interface PartsOptions {
  readonly options: SettledOptions;
  readonly state: State;
  readonly journal: Journal<Fact>;
  readonly archive: Archive | null;
  readonly log: Log;
  readonly stopping: AbortSignal;
  /** Called when the journal takes nothing more: nothing works then. */
  readonly broken: (error: unknown) => void;
}

/** Wires a folder's state to the platform and the callback. Nothing runs yet. Throws FolderError where the folder lacks what is needed. */
export function assemble({ options, state, journal: disk, archive, log, stopping, broken }: PartsOptions): Parts {
  const { account } = state;
  if (account === null) throw new FolderError('The folder holds no account. Restore it from a backup, or set up an empty one.');
  const { random, now, chance, backoff, timeoutMs } = options;
  const platform = new Platform({ url: options.platformUrl, keys: { api: account.apiKey, app: account.appKey }, random, timeoutMs, stopping });
  const directory = new Directory(platform, now);
  const templates = new Templates(platform, now, (template) => state.isDeleted(template));
  const fetchPublic = publicFetch({ allowed: options.privateAddresses });
  const post = poster({ state, fetchPublic, timeoutMs, stopping });
  const sending = { state, journal: disk, post, now, chance, backoff, horizonMs: options.webhookHorizonMs, stopping, log, broken };
  const courier = new Courier({ ...sending, archive, disableAfterMs: options.disableAfterMs });
  const replayer = archive === null ? null : new Replayer({ ...sending, archive });
  const changes = new Changes(state, toHex(random(6)), stopping);
  let exchange: Exchange | null = null;
  const journal = {
    append: async (...facts: readonly Fact[]) => {
      const updates = preferenceUpdates(facts, [...state.numbers.values()], now()).map((update) => ({ type: 'EventQueued', event: updateEventOf(update, now(), random) }) as const);
      const all = toldByTopic([...(options.keepsConversations ? withKept(facts) : facts), ...updates], { state, options, account }).filter((fact) => fact.type !== 'EventQueued' || state.callback === null || wants(state.callback, fact.event));
      await disk.append(...all);
      changes.saw(all);
      if (all.some(({ type }) => type === 'EventQueued')) courier.wake();
      if (all.some(({ type }) => type === 'OutcomeQueued')) exchange?.wake();
    },
  };
  const templateWatch = new TemplateWatch({ state, journal, templates, everyMs: options.templateWatchMs, random, now, stopping, log, broken });
  const failed = (call: Call, fault: WireFault) => failedFacts({ state, options, log }, call, fault);
  const answered = (call: Call, fault: WireFault | null) => {
    const outcome = outcomeOf(call, state.notes.get(call.wireId ?? ''), fault, now());
    return outcome === null ? [] : [{ type: 'OutcomeQueued', outcome } as const];
  };
  const refused = ({ wireId }: Call, { details }: WireFault): readonly Fact[] =>
    wireId === null || !options.keepsConversations ? [] : [{ type: 'KeptMessageMoved', move: { wireId, status: 'failed', problem: details } }];
  const commits = new Commits(state, journal);
  const own = new OwnEnd({ commits, platform, businessId: account.businessId, random, now });
  const resealed = (call: Call, stale: readonly StaleAccount[]) => sealedAnew(call, stale, own, account.businessId, log);
  const outbox = new Outbox({ resealed, state, journal, platform, now, chance, backoff, answerWithinMs: options.answerWithinMs, failed, refused, answered, log, broken });
  const files = new MediaFiles(options.folder, random);
  const fetchLink = linkFetch(publicFetch({ allowed: options.mediaFromPrivate ? 'allow' : options.privateAddresses }), { anyScheme: options.mediaFromPrivate });
  const media = new Media({ state, journal, files, platform, fetchLink, mostBytesHere: options.mediaBytes, random, now });
  const sender = new Sender({ state, account, own, journal, outbox, directory, templates, media, keepsConversations: options.keepsConversations, random, now });
  const reception = new Reception({ state, account, end: own.end, media, random, now, log });
  const prices = new Prices({ platform, now, wait: sleep, stopping });
  const takeCalls = (calls: readonly Call[]) => outbox.take(calls);
  const inbox = new Inbox({ state, own, directory, platform, reception, prices, waitSeconds: options.inboxWaitSeconds, backoff, chance, takeCalls, log, broken });
  if (options.broker !== null) exchange = new Exchange({ broker: options.broker, wabaId: account.wabaId, state, journal, sender, outbox, now, chance, backoff, log, broken });
  return { state, account, now, journal, platform, fetchPublic, templates, templateWatch, limits: new Limits(options.limits, now), courier, archive, replayer, outbox, sender, own, inbox, media, exchange, keepsConversations: options.keepsConversations, changes, stopping };
}

/** With a broker, every webhook goes to its topic too; and only there while no callback is set: nobody waits for one then. */
function toldByTopic(facts: readonly Fact[], { state, options: { broker }, account }: Pick<PartsOptions, 'state' | 'options'> & { readonly account: Account }): readonly Fact[] {
  if (broker === null) return facts;
  return facts.flatMap((fact): readonly Fact[] => {
    if (fact.type !== 'EventQueued') return [fact];
    const outcome = outcomeOfEvent(fact.event, account.wabaId, broker.withContent);
    const told: readonly Fact[] = outcome === null ? [] : [{ type: 'OutcomeQueued', outcome }];
    return state.callback === null ? told : [fact, ...told];
  });
}

/** What becomes true when the platform refuses a call that was promised: the business hears of it by webhook. */
function failedFacts({ state, options, log }: Pick<PartsOptions, 'state' | 'options' | 'log'>, call: Call, fault: WireFault): readonly Fact[] {
  log.warn(`The platform refused ${call.id}: ${fault.message} ${fault.details}`);
  const note = call.wireId === null ? undefined : state.notes.get(call.wireId);
  const number = [...state.numbers.values()].find(({ numberId }) => numberId === note?.numberId);
  if (note === undefined || number === undefined) return [];
  const value = failedValue(note, options.now(), webhookError(fault.kind, fault.details), number);
  return [{ type: 'EventQueued', event: eventOf(value, options.now(), options.random) }];
}

/** The call with its message sealed for the devices that the contact has now, journaled; null where it cannot be sealed any more. Throws PlatformError. */
async function sealedAnew(call: Call, stale: readonly StaleAccount[], { end }: OwnEnd, businessId: string, log: Log): Promise<Call | null> {
  const { letter } = call;
  if (letter === undefined) return null;
  try {
    return await end.with(async (commit, fetched) => {
      for (const { accountId } of stale) if (!fetched.has(accountId)) await end.accounts.markStale(commit, accountId);
      const envelope = await sealLetter(commit, end, letter, businessId);
      const anew: Call = { ...call, body: withEnvelope(call.body, envelope) };
      commit.facts.push({ type: 'CallQueued', call: anew });
      return anew;
    });
  } catch (error) {
    if (!(error instanceof EndError)) throw error;
    log.warn(`Message ${call.id} cannot be sealed for the contact's present devices (${error.code}): ${error.message}.`);
    return null;
  }
}
