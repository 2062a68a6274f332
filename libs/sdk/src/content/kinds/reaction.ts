import { line } from '../fields.js';
import { checkMessageId, checkSaid, type Said } from './said.js';

/** An emoji on a message; empty takes it back. It quotes nothing: the message it is on says where it belongs. */
export type ReactionContent = Pick<Said, 'from'> & { readonly type: 'reaction'; readonly messageId: string; readonly emoji: string };

/** The longest emoji sequences (families, flags of regions) have some 25 code units. */
export const maxEmojiLength = 40;

export function checkReaction({ messageId, emoji, from }: ReactionContent): ReactionContent {
  return { type: 'reaction', messageId: checkMessageId(messageId, 'messageId'), emoji: line(emoji, 'emoji', 0, maxEmojiLength), ...checkSaid(from === undefined ? {} : { from }) };
}
