import type { Lane } from '@parley/contracts';
import { Conversations } from '../conversations/conversations.js';
import type { Book } from '../folder/journal.js';
import type { Account, Call, Callback, CallbackCondition, Contact, Fact, NotedRequest, Note, PendingEvent, PendingOutcome, PhoneNumber, RecordChange, Replay, SeenTemplate } from './fact.js';
import { MediaBook } from './medium.js';

/** How long a message can be answered to, marked as read or reported on: as long as the platform keeps its envelope. */
export const notesKeptMs = 30 * 24 * 3_600_000;
const maxNotes = 200_000;
const maxContacts = 200_000;
const maxRequests = 200_000;
const maxEndedReplays = 100;
const maxDeletedTemplates = 10_000;
const maxWaiting = 50_000;
const maxWaitingCharacters = 64 * 1024 * 1024;
const wellCallback: CallbackCondition = { failingSince: null, disabled: null };

/** All the gateway knows, folded from its journal. Only the journal changes it: what is here is on disk. */
export class State implements Book<Fact> {
  account: Account | null = null;
  tokenKey: string | null = null;
  callback: Callback | null = null;
  callbackCondition: CallbackCondition = wellCallback;
  cursor: string | null = null;
  /** Null until the platform was asked for the first time. */
  seenTemplates: readonly SeenTemplate[] | null = null;
  readonly numbers = new Map<string, PhoneNumber>();
  readonly tokens = new Map<string, Lane>();
  /** In the order they were queued. */
  readonly calls = new Map<string, Call>();
  readonly events = new Map<string, PendingEvent>();
  readonly outcomes = new Map<string, PendingOutcome>();
  readonly requests = new Map<string, NotedRequest>();
  readonly notes = new Map<string, Note>();
  readonly contacts = new Map<string, Contact>();
  /** Contents, for the business's inbox: empty unless the gateway is set to keep them. */
  readonly conversations = new Conversations();
  /** Of the gateway's end, as they are on disk. */
  readonly records = new Map<string, string>();
  /** In the order they were asked for. */
  readonly replays = new Map<string, Replay>();
  /** The newest version that is deleted, by language and name. */
  readonly deletedTemplates = new Map<string, { readonly name: string; readonly language: string; readonly version: number }>();
  readonly media = new MediaBook();
  /** Of the business's topic: what is to be read next, by topic and partition. */
  private readonly positions = new Map<string, { readonly topic: string; readonly partition: number; readonly next: number }>();
  /** What `events`, `outcomes` and `calls` take in memory, about. */
  eventCharacters = 0;
  outcomeCharacters = 0;
  callCharacters = 0;

  /** While so much waits for the business's software, or its broker, nothing more is taken for it: the platform keeps its inbox for 30 days. */
  get holdsTooManyEvents(): boolean {
    return Math.max(this.events.size, this.outcomes.size) >= maxWaiting || this.eventCharacters + this.outcomeCharacters >= maxWaitingCharacters;
  }

  /** While so much waits for the platform, nothing more is taken for it. */
  get holdsTooManyCalls(): boolean {
    return this.calls.size >= maxWaiting || this.callCharacters >= maxWaitingCharacters;
  }

  /** Offset to go on with in a partition of the business's topic; null where nothing of it was taken. */
  positionOf(topic: string, partition: number): number | null {
    return this.positions.get(`${topic}/${partition}`)?.next ?? null;
  }

  /** Whether the business has deleted this version of a template. */
  isDeleted({ name, language, version }: { readonly name: string; readonly language: string; readonly version: number }): boolean {
    return version <= (this.deletedTemplates.get(`${language} ${name}`)?.version ?? 0);
  }

  apply(fact: Fact): void {
    switch (fact.type) {
      case 'AccountSet':
        this.account = fact.account;
        return;
      case 'NumberSet':
        this.numbers.set(fact.number.phoneNumberId, fact.number);
        return;
      case 'TokenSet':
        this.tokens.set(fact.hash, fact.lane);
        return;
      case 'TokenKeySet':
        this.tokenKey = fact.key;
        return;
      case 'RecordsChanged':
        return this.changeRecords(fact.changes);
      case 'CallbackSet':
      case 'CallbackFailing':
      case 'CallbackDisabled':
        return this.applyToCallback(fact);
      case 'ReplaySet':
        return this.setReplay(fact.replay);
      case 'TemplatesSeen':
      case 'TemplateDeleted':
        return this.applyToTemplates(fact);
      case 'CallQueued':
        return this.queueCall(fact.call);
      case 'CallSettled':
        return this.settleCall(fact.id);
      case 'EventQueued':
        return this.queueEvent(fact.event);
      case 'EventsSettled':
        for (const id of fact.ids) this.settleEvent(id);
        return;
      case 'OutcomeQueued':
        return this.queueOutcome(fact.outcome);
      case 'OutcomesSettled':
        for (const id of fact.ids) this.settleOutcome(id);
        return;
      case 'RequestNoted':
        putLast(this.requests, fact.request.id, fact.request, maxRequests);
        return;
      case 'PositionMoved':
        this.positions.set(`${fact.topic}/${fact.partition}`, { topic: fact.topic, partition: fact.partition, next: fact.next });
        return;
      case 'MessageNoted':
        return this.noteMessage(fact.note);
      case 'ContactNoted':
        putLast(this.contacts, fact.contact.contactId, fact.contact, maxContacts);
        return;
      case 'MediumKept':
        return this.media.keep(fact.medium);
      case 'MediumGone':
        return this.media.forget(fact.id);
      case 'CursorMoved':
        this.cursor = fact.cursor;
        return;
      case 'MessageKept':
      case 'KeptMessageMoved':
      case 'ConversationsForgotten':
        return this.conversations.apply(fact);
      default:
        fact satisfies never; // A new fact does not compile until it is folded here.
    }
  }

  *snapshot(): Iterable<Fact> {
    if (this.account !== null) yield { type: 'AccountSet', account: this.account };
    if (this.tokenKey !== null) yield { type: 'TokenKeySet', key: this.tokenKey };
    if (this.callback !== null) yield { type: 'CallbackSet', callback: this.callback };
    const { failingSince, disabled } = this.callbackCondition;
    if (failingSince !== null) yield { type: 'CallbackFailing', since: failingSince };
    if (disabled !== null) yield { type: 'CallbackDisabled', ...disabled };
    if (this.seenTemplates !== null) yield { type: 'TemplatesSeen', templates: this.seenTemplates };
    for (const template of this.deletedTemplates.values()) yield { type: 'TemplateDeleted', ...template };
    for (const replay of this.replays.values()) yield { type: 'ReplaySet', replay };
    if (this.cursor !== null) yield { type: 'CursorMoved', cursor: this.cursor };
    for (const number of this.numbers.values()) yield { type: 'NumberSet', number };
    for (const [hash, lane] of this.tokens) yield { type: 'TokenSet', hash, lane };
    for (const call of this.calls.values()) yield { type: 'CallQueued', call };
    for (const event of this.events.values()) yield { type: 'EventQueued', event };
    for (const outcome of this.outcomes.values()) yield { type: 'OutcomeQueued', outcome };
    for (const request of this.requests.values()) yield { type: 'RequestNoted', request };
    for (const position of this.positions.values()) yield { type: 'PositionMoved', ...position };
    for (const note of this.notes.values()) yield { type: 'MessageNoted', note };
    for (const contact of this.contacts.values()) yield { type: 'ContactNoted', contact };
    for (const message of this.conversations.messages.values()) yield { type: 'MessageKept', message };
    for (const [key, value] of this.records) yield { type: 'RecordsChanged', changes: [{ key, value }] };
    for (const medium of this.media.values()) yield { type: 'MediumKept', medium };
  }

  private changeRecords(changes: readonly RecordChange[]): void {
    for (const { key, value } of changes) {
      if (value === null) this.records.delete(key);
      else this.records.set(key, value);
    }
  }

  private queueCall(call: Call): void {
    this.settleCall(call.id);
    this.calls.set(call.id, call);
    this.callCharacters += call.body.length;
  }

  private queueEvent(event: PendingEvent): void {
    this.settleEvent(event.id);
    this.events.set(event.id, event);
    this.eventCharacters += sizeOf(event);
  }

  private settleCall(id: string): void {
    this.callCharacters -= this.calls.get(id)?.body.length ?? 0;
    this.calls.delete(id);
  }

  private settleEvent(id: string): void {
    const event = this.events.get(id);
    if (event === undefined) return;
    this.events.delete(id);
    this.eventCharacters -= sizeOf(event);
  }

  private queueOutcome(outcome: PendingOutcome): void {
    this.settleOutcome(outcome.id);
    this.outcomes.set(outcome.id, outcome);
    this.outcomeCharacters += outcome.body.length;
  }

  private settleOutcome(id: string): void {
    this.outcomeCharacters -= this.outcomes.get(id)?.body.length ?? 0;
    this.outcomes.delete(id);
  }

  private applyToCallback(fact: Extract<Fact, { readonly type: 'CallbackSet' | 'CallbackFailing' | 'CallbackDisabled' }>): void {
    switch (fact.type) {
      case 'CallbackSet':
        this.callback = fact.callback;
        this.callbackCondition = wellCallback;
        return;
      case 'CallbackFailing':
        this.callbackCondition = { ...this.callbackCondition, failingSince: fact.since };
        return;
      case 'CallbackDisabled':
        this.callbackCondition = { ...this.callbackCondition, disabled: { at: fact.at, reason: fact.reason } };
        return;
      default:
        fact satisfies never;
    }
  }

  private applyToTemplates(fact: Extract<Fact, { readonly type: 'TemplatesSeen' | 'TemplateDeleted' }>): void {
    if (fact.type === 'TemplatesSeen') {
      this.seenTemplates = fact.templates;
      return;
    }
    const { name, language, version } = fact;
    putLast(this.deletedTemplates, `${language} ${name}`, { name, language, version }, maxDeletedTemplates);
  }

  private setReplay(replay: Replay): void {
    this.replays.set(replay.id, replay); // In place where it is known already: they are taken in the order they came.
    const ended = [...this.replays.values()].filter((one) => one.ended !== null);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - maxEndedReplays))) this.replays.delete(id);
  }

  private noteMessage(note: Note): void {
    // In place where it is known already, so that the oldest stay first.
    this.notes.set(note.wireId, note);
    for (const [wireId, { at }] of this.notes) {
      if (at >= note.at - notesKeptMs && this.notes.size <= maxNotes) break;
      this.notes.delete(wireId);
    }
  }
}

function sizeOf(event: PendingEvent): number {
  return JSON.stringify(event).length;
}

/** Sets an entry as the newest and forgets the oldest above the limit. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V, limit: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}
