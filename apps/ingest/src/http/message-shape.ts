import type { ContactId, MessageId, MessageKind, NumberId, ParameterShape } from '@parley/contracts';
import { base64, id, instant, integer, list, object, oneOf, optional, shape, text } from '@parley/service';
import type { Shape } from '@parley/service';

/** A message as a business asks for it. `envelope`: the sealed content. `sendAt`: epoch ms. */
export interface MessageRequest {
  readonly messageId: MessageId;
  readonly numberId: NumberId;
  readonly contactId: ContactId;
  readonly kind: MessageKind;
  readonly template: {
    readonly name: string;
    readonly language: string;
    readonly version: number | null;
    /** Form of the parameters inside the envelope. */
    readonly parameters: readonly ParameterShape[];
  } | null;
  readonly sendAt: number | null;
  readonly envelope: Uint8Array;
}

const token = text({ max: 64, pattern: /^[A-Za-z0-9_.:-]+$/, hint: 'must be letters, digits and _ . : -' });

export const parameterShapes: Shape<readonly ParameterShape[]> = list(object({ component: token, kinds: list(token, { min: 0, max: 32 }) }), { min: 0, max: 32 });

const fields = object({
  messageId: id('Message'),
  numberId: id('Number'),
  contactId: id('Contact'),
  kind: oneOf(['free_form', 'template']),
  template: optional(
    object({
      name: text({ max: 512, pattern: /^[a-z0-9_]+$/, hint: 'must be lower-case letters, digits and _' }),
      language: text({ max: 12, pattern: /^[a-z]{2,3}(_[A-Za-z]{2,8})?$/, hint: 'must be a language code such as en_US' }),
      version: optional(integer({ min: 1, max: 2_147_483_647 })),
      parameters: parameterShapes,
    }),
  ),
  sendAt: optional(instant()),
  envelope: base64({ min: 1, max: 49_152 }),
});

export const messageShape: Shape<MessageRequest> = shape(fields.schema, (value, path, findings) => {
  const message = fields(value, path, findings);
  if (message === undefined || findings.errors.length > 0) return undefined;
  if (message.kind === 'template' && message.template === null) return findings.wrong('template', 'is required where kind is template');
  if (message.kind === 'free_form' && message.template !== null) return findings.wrong('template', 'must be left out where kind is free_form');
  return message;
});
