/** Where an account's keys stand in the key log: as the directory answers, unverified. */
export type AccountKeys = {
  readonly listVersion: number;
  /** Lists of the present identity in order, the newest (or as many as fit) last. */
  readonly lists: readonly Uint8Array[];
  /** Of the newest list of all. */
  readonly entry: Uint8Array;
  readonly proof: Uint8Array;
  readonly head: Uint8Array;
  /** From the head that was asked from; null where none was. */
  readonly consistency: Uint8Array | null;
};

/** What the directory says of a list that it has taken. */
export type PublishedList = { readonly listVersion: number; readonly entry: Uint8Array; readonly proof: Uint8Array; readonly head: Uint8Array };

export type PublishedPrekeys = { readonly signedPrekeyId: number | null; readonly oneTimeLeft: number };

/** The platform's directory of keys, as an end uses it: nothing it says is believed before it is verified. Its methods throw PlatformError. */
export interface KeyDirectory {
  /** Lists after `version` (the newest alone where it is null), and the log's proof from the head of size `headSize`. Null where there are none. */
  accountKeys(accountId: string, version: number | null, headSize: number | null): Promise<AccountKeys | null>;
  bundles(accountId: string, deviceIds: readonly string[]): Promise<readonly { readonly deviceId: string; readonly bundle: Uint8Array }[]>;
  keyLog(): Promise<{ readonly logId: string; readonly publicKey: Uint8Array }>;
  publishList(list: Uint8Array, takeOver: boolean): Promise<PublishedList>;
  publishPrekeys(deviceId: string, signed: Uint8Array | null, oneTime: readonly { readonly id: number; readonly publicKey: Uint8Array }[]): Promise<PublishedPrekeys>;
  prekeyStatus(deviceId: string): Promise<PublishedPrekeys>;
}
