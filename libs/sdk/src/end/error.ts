/** Why an end cannot do what it is asked. Closed. */
export const endErrorCodes = [
  'not_registered', // The end has no device id yet.
  'not_listed', // Its account's list does not have this device (yet, or any more).
  'not_the_account', // Only the device that made the account's key may change its list.
  'unknown_account', // The directory has no keys of that account, or will not show them.
  'unknown_device', // No device of that id in the account's list.
  'no_devices', // The account has no device that a message could be sealed for.
  'keys_disagree', // The directory's answers do not fit what was verified before.
  'bad_link_code', // Not the code that a new device shows.
  'damaged_store', // A record of the end is not what was put there.
] as const;

export type EndErrorCode = (typeof endErrorCodes)[number];

/** What the end itself refuses; the message says what would help. */
export class EndError extends Error {
  override readonly name = 'EndError';

  constructor(
    readonly code: EndErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Thrown inside a commit where keys are missing that only the directory has: nothing was changed. Whoever asked calls `End.fetch` with it, outside
 * of any commit, and then asks again.
 */
export class KeysNeeded extends Error {
  override readonly name = 'KeysNeeded';

  constructor(readonly needs: readonly KeyNeed[]) {
    super(`keys are needed of ${needs.map(({ accountId }) => accountId).join(', ')}`);
  }
}

/** Keys of one account: its list, and where something is to be sealed for it, a session with each of its devices. */
export type KeyNeed = { readonly accountId: string; readonly sessions: boolean };
