import { maxEmojiLength } from '@parley/sdk';
import { faultAt } from '../fault.js';
import { fieldsOf } from '../fields.js';
import { invalid, missing } from '../values.js';
import { messageIdAt } from '../wamid.js';

export interface ReactionRequest {
  readonly type: 'reaction';
  /** Wire id of the message it is on. */
  readonly messageId: string;
  /** Empty: the reaction is taken back. */
  readonly emoji: string;
}

/** One that is seen as one: a pictograph with what joins it to others, a flag, or a keycap. */
const oneEmoji = /^(?:[#*\d]\ufe0f?\u20e3|\p{Regional_Indicator}{2}|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic}|[\u{e0020}-\u{e007f}])*)$/u;

/** Reads `reaction`. Throws WireFault. */
export function parseReaction(value: unknown): ReactionRequest {
  if (value === undefined) throw missing('reaction', 'is missing: {"reaction": {"message_id": "wamid.…", "emoji": "👍"}}.');
  const { message_id: messageId, emoji = '' } = fieldsOf(value, 'reaction');
  if (typeof emoji !== 'string') throw invalid('reaction.emoji', 'must be text: an emoji, or empty to take it back.');
  if (emoji !== '' && (emoji.length > maxEmojiLength || !oneEmoji.test(emoji))) throw faultAt('invalid-value', 'reaction.emoji', 'must be one emoji, or empty to take it back.');
  return { type: 'reaction', messageId: messageIdAt(messageId, 'reaction.message_id'), emoji };
}
