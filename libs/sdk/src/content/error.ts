/** Every reason why what an envelope held cannot be shown, or what was to be sealed cannot be sent. Closed. */
export const contentErrorCodes = [
  'content_malformed', // Not the canonical JSON of a known shape.
  'content_unsupported', // A type of content this version does not know.
  'content_too_long', // A text over its limit, which the message names.
  'sender_unknown', // Sealed by a device that the directory does not list for this sender.
  'template_mismatch', // The template's text is not the one that was sealed, or has another category.
  'template_unknown', // The platform has no template of that hash.
  'parameters_mismatch', // The values do not fill the template's places.
  'file_mismatch', // An attached file is not the one that the message speaks of.
  'envelope_missing', // The platform delivered the message without its envelope.
] as const;

export type ContentErrorCode = (typeof contentErrorCodes)[number];

/** What was sealed, or is to be sealed, is not right. The message never holds content. */
export class ContentError extends Error {
  override readonly name = 'ContentError';

  constructor(
    readonly code: ContentErrorCode,
    message: string,
  ) {
    super(message);
  }
}
