import type { MessageReceived, MessageSent } from '@parley/contracts';

/** What response times follow from: the contact wrote, the business's message was released to the contact. */
export type ReplyEvent = MessageReceived | MessageSent;
