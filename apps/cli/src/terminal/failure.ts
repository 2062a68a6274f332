/** What a person did not expect and can do something about: what is wrong, the fix, and the exit code (1 failed, 2 wrong usage). */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    message: string,
    readonly fix: string,
    readonly exitCode: 1 | 2 = 1,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
