import type { AgreementKeys } from '../primitives/primitives.js';

/** An end by its ids. */
export type DeviceAddress = { readonly accountId: string; readonly deviceId: string };

/** What the other end needs to begin the same session; said with every message until it has answered. */
export type Opening = {
  readonly ephemeralKey: Uint8Array;
  readonly initiatorListVersion: number;
  readonly responderListVersion: number;
  readonly signedPrekeyId: number;
  /** null where the directory had none left: the first messages then rest on the signed prekey alone. */
  readonly oneTimePrekeyId: number | null;
};

/** Keys of messages of one sending chain of the peer that have not come yet, in ascending order of their numbers. */
export type SkippedChain = { readonly peerKey: Uint8Array; readonly keys: readonly SkippedKey[] };
export type SkippedKey = { readonly n: number; readonly key: Uint8Array };

/** One end of a session with one device. A value: sealing and opening answer with another one, and whoever keeps it decides when. */
export type Session = {
  /** 16 bytes; the same at both ends. */
  readonly id: Uint8Array;
  readonly peer: DeviceAddress;
  readonly root: Uint8Array;
  /** Our ratchet key pair; null until the first message is sealed. */
  readonly pair: AgreementKeys | null;
  readonly peerKey: Uint8Array;
  /** null where the next message to be sealed turns the ratchet first. */
  readonly sendingKey: Uint8Array | null;
  /** Messages sealed in the sending chain, or in the last one. */
  readonly sent: number;
  /** Messages sealed in the chain before. */
  readonly previous: number;
  readonly receivingKey: Uint8Array | null;
  /** Messages of the receiving chain whose keys were derived. */
  readonly received: number;
  readonly opening: Opening | null;
  /** The oldest chain first. */
  readonly skipped: readonly SkippedChain[];
};

/** The most keys of skipped messages: of one chain (and the most that one message may skip), and of a session. The oldest go first. */
export const maxSkippedOfChain = 1_000;
export const maxSkipped = 2_000;
