/** Why the device itself refuses what it is asked. Closed. */
export const deviceErrorCodes = ['not_registered', 'registered_otherwise', 'not_a_number', 'unknown_number', 'unknown_message', 'damaged_store'] as const;

export type DeviceErrorCode = (typeof deviceErrorCodes)[number];

/** A request that the device cannot carry out; the message says what would help. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(
    readonly code: DeviceErrorCode,
    message: string,
  ) {
    super(message);
  }
}
