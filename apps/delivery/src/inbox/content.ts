import { CryptoError, messageFor, toBase64 } from '@parley/crypto';

export interface DeviceOfAccount {
  readonly accountId: string;
  readonly deviceId: string;
}

/** An envelope as its reader is given it, or why it is not. */
export interface ContentShown {
  readonly envelope: string | null;
  readonly reason: 'not_a_recipient' | null;
  readonly detail: string | null;
}

const nothingFor = 'The sender used a list without this device. Ask it to send the message again, now that the device is listed.';

/**
 * What of an envelope a device is given: its own wrap, and not who else has one. The whole of it where no device is named, and where it is none (of an
 * older protocol): its reader says so. Null where its time is over.
 */
export function contentFor(envelope: Uint8Array | null, device: DeviceOfAccount | null): ContentShown {
  if (envelope === null) return { envelope: null, reason: null, detail: null };
  if (device === null) return { envelope: toBase64(envelope), reason: null, detail: null };
  try {
    return { envelope: toBase64(messageFor(envelope, device.accountId, device.deviceId)), reason: null, detail: null };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    if (error.code === 'not_a_recipient') return { envelope: null, reason: 'not_a_recipient', detail: nothingFor };
    return { envelope: toBase64(envelope), reason: null, detail: null };
  }
}
