/** A device's store cannot be used as it is. The message names the fix, and never holds a key or content. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
