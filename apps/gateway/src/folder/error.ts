/** The folder cannot be used as it is. The message names the fix, and never holds a key or content. */
export class FolderError extends Error {
  override readonly name = 'FolderError';
}
