/** One of an account's devices. */
export interface DeviceOfAccount {
  readonly accountId: string;
  readonly deviceId: string;
}

/** Who an envelope is from and for, as its header says in clear. */
export interface Addressed {
  readonly sender: DeviceOfAccount;
  readonly senderListVersion: number;
  readonly wraps: readonly (DeviceOfAccount & { readonly listVersion: number })[];
}

/** The two ends of the conversation that an envelope is to go through. */
export interface Route {
  /** The sender's account. */
  readonly from: string;
  /** The sender's device where it is known from elsewhere; null where the header alone says it. */
  readonly device: string | null;
  readonly to: string;
}

/** The devices of an account as its present list has them. */
export interface PresentDevices {
  readonly listVersion: number;
  readonly devices: readonly string[];
}

/** The present devices of either end. */
export interface PresentEnds {
  readonly from: PresentDevices;
  readonly to: PresentDevices;
}

/** An account that never published a list. */
export const noDevices: PresentDevices = { listVersion: 0, devices: [] };

/** Why an envelope is no longer for the devices there are: those without a wrap, and those that are not listed. */
export interface StaleAccount {
  readonly accountId: string;
  readonly listVersion: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

/** What is wrong with whom an envelope is from and for, whatever devices there are; null where nothing is. */
export function routeFault({ sender, wraps }: Addressed, { from, device, to }: Route): string | null {
  if (sender.accountId !== from) return 'was sealed by another account than the one that sends it';
  if (device !== null && sender.deviceId !== device) return 'was sealed by another device than the one that sends it';
  const foreign = wraps.some(({ accountId }) => accountId !== from && accountId !== to);
  return foreign ? 'has a wrap for an account that is at neither end of the conversation' : null;
}

/**
 * The accounts whose devices are others than the envelope was sealed for: none where it can go. The recipient's devices have to have a wrap each, the
 * sender's may. A list version that is behind is no fault where the devices are right; one that is ahead is of an identity that is no more.
 */
export function staleAccounts({ sender, senderListVersion, wraps }: Addressed, { from, to }: Route, present: PresentEnds): readonly StaleAccount[] {
  const sealedFor = (account: string): readonly string[] => wraps.filter(({ accountId }) => accountId === account).map(({ deviceId }) => deviceId);
  const [own, theirs] = [[sender.deviceId, ...sealedFor(from)], sealedFor(to)];
  const extraOf = (used: readonly string[], { devices }: PresentDevices): readonly string[] => [...new Set(used)].filter((deviceId) => !devices.includes(deviceId));
  const missing = present.to.devices.filter((deviceId) => !theirs.includes(deviceId));
  const [extraOwn, extra] = [extraOf(own, present.from), extraOf(theirs, present.to)];
  const aheadOf = (account: string, { listVersion }: PresentDevices): boolean => wraps.some((wrap) => wrap.accountId === account && wrap.listVersion > listVersion);
  const isStale = missing.length > 0 || extra.length > 0 || present.to.devices.length === 0 || aheadOf(to, present.to);
  const isStaleOwn = extraOwn.length > 0 || senderListVersion > present.from.listVersion || aheadOf(from, present.from);
  return [
    ...(isStale ? [{ accountId: to, listVersion: present.to.listVersion, missing, extra }] : []),
    ...(isStaleOwn ? [{ accountId: from, listVersion: present.from.listVersion, missing: [], extra: extraOwn }] : []),
  ];
}

/** Whether the sender knows a newer list than we do: we may be behind, and are to look again before we say that it is the sender. */
export function knowsMore({ senderListVersion, wraps }: Addressed, { from, to }: Route, present: PresentEnds): boolean {
  const newest = (account: string): number => Math.max(0, ...wraps.filter(({ accountId }) => accountId === account).map(({ listVersion }) => listVersion));
  return senderListVersion > present.from.listVersion || newest(from) > present.from.listVersion || newest(to) > present.to.listVersion;
}

/** The same in one sentence. */
export function staleText(accounts: readonly StaleAccount[]): string {
  return accounts.map(({ accountId, listVersion, missing, extra }) => `${accountId} has list version ${listVersion}${named('no wrap for', missing)}${named('not in it', extra)}`).join('. ');
}

function named(what: string, deviceIds: readonly string[]): string {
  return deviceIds.length === 0 ? '' : `; ${what}: ${deviceIds.join(', ')}`;
}
