/** What can be wrong with a frame or with an event to be framed; a closed list. */
export type FrameErrorCode =
  | 'too_large' // More than 64 KiB.
  | 'bad_magic' // The first byte is not 0: no frame of ours.
  | 'unknown_schema' // An id or event type that is not registered here.
  | 'truncated' // It ends within a value.
  | 'trailing_bytes' // It goes on after its last value.
  | 'bad_number' // A variable-length integer that is too long for its type.
  | 'bad_length' // A negative or impossible length.
  | 'bad_branch' // A union branch, an enum symbol or a boolean that does not exist.
  | 'block_count' // An array block that claims more items than there are bytes for.
  | 'bad_text' // A string that is not UTF-8.
  | 'invalid_value'; // Well formed, but outside the limits that the schema states.

/** A frame or an event that is refused. The message names the field and the rule, never the value. */
export class FrameError extends Error {
  override readonly name = 'FrameError';

  constructor(
    readonly code: FrameErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
