import type { ChargePosted, Instant, MessageId, MessageReceived, MessageRefused, WindowClosed, WindowExpiring } from '@parley/contracts';
import { sha256, type Random } from '@parley/crypto';
import { Ends } from './ends.js';
import { catalogRequests } from './requests.js';
import { beginsAt, scenes, type Act, type Scene } from './script.js';
import { VirtualPlatform } from './virtual-platform.js';

/** What came of an act, or what the platform said by itself, in the platform's own records. */
export type Outcome = MessageReceived | MessageRefused | ChargePosted | WindowExpiring | WindowClosed;

export interface Happening {
  readonly at: Instant;
  /** The act it answers or, where a window closes, the one that opened it. */
  readonly act: Act;
  readonly outcome: Outcome;
}

/** One scene as it went. */
export interface Played {
  readonly scene: Scene;
  readonly happenings: readonly Happening[];
}

export interface Performance {
  readonly platform: VirtualPlatform;
  readonly played: readonly Played[];
  /** Everything that was written at either end. */
  readonly texts: readonly string[];
}

const dayMs = 24 * 3_600_000;

/** Plays all scenes on one platform, everything in its time, until the last window has closed. The lanes have ended when it resolves. */
export async function perform(): Promise<Performance> {
  const platform = new VirtualPlatform(beginsAt);
  await platform.settle();
  for (const request of catalogRequests()) await platform.submit(request);
  const ends = new Ends(platform, countedRandom('story'));
  const messages = new Map<Act, MessageId>();
  const acts = scenes.flatMap(({ acts }) => acts).sort((a, b) => a.at - b.at);
  for (const act of acts) {
    await platform.passUntil(act.at);
    messages.set(act, await ends.play(act));
  }
  await platform.passUntil(platform.time.now + 2 * dayMs);
  await platform.stop();

  const outcomes = outcomesOf(platform);
  const played = scenes.map((scene) => {
    const answers = scene.acts.map((act): Happening => ({ at: act.at, act, outcome: outcomeOf(messages.get(act)!, outcomes) }));
    return { scene, happenings: [...answers, ...(scene.showsWindows ? closings(scene, ends, outcomes) : [])].sort((a, b) => a.at - b.at) };
  });
  return { platform, played, texts: ends.texts };
}

/** Everything worth telling, from the logs as they stand. */
function outcomesOf(platform: VirtualPlatform): readonly Outcome[] {
  const events = [...platform.events('parley.conversations.v1'), ...platform.events('parley.ledger.v1')];
  return events.filter((event): event is Outcome => outcomeTypes.includes(event.type));
}

const outcomeTypes: readonly string[] = ['MessageReceived', 'MessageRefused', 'ChargePosted', 'WindowExpiring', 'WindowClosed'] satisfies readonly Outcome['type'][];

function outcomeOf(messageId: MessageId, outcomes: readonly Outcome[]): Outcome {
  const found = outcomes.find((outcome) => messageIdOf(outcome) === messageId);
  if (found === undefined) throw new Error(`nothing became of message ${messageId}`);
  return found;
}

function messageIdOf(outcome: Outcome): MessageId | null {
  switch (outcome.type) {
    case 'MessageReceived':
      return outcome.messageId;
    case 'MessageRefused':
    case 'ChargePosted':
      return outcome.message.messageId;
    case 'WindowExpiring':
    case 'WindowClosed':
      return null;
    default:
      return outcome satisfies never;
  }
}

function closings(scene: Scene, ends: Ends, outcomes: readonly Outcome[]): Happening[] {
  const openers = scene.acts.filter(({ does }) => does === 'writes');
  return openers.flatMap((act) => {
    const closed = outcomes.filter(isClosing).filter(({ conversationId }) => conversationId === ends.conversationOf(act));
    return closed.map((outcome) => ({ at: outcome.meta.at, act, outcome }));
  });
}

function isClosing(outcome: Outcome): outcome is WindowExpiring | WindowClosed {
  return outcome.type === 'WindowExpiring' || outcome.type === 'WindowClosed';
}

/** Bytes that are the same in every run, so that the story is: keys made of them protect nothing. */
function countedRandom(seed: string): Random {
  let count = 0;
  return (n) => {
    const bytes = new Uint8Array(n);
    for (let at = 0; at < n; at += 32) bytes.set(sha256(`${seed} ${(count += 1)}`).subarray(0, n - at), at);
    return bytes;
  };
}
