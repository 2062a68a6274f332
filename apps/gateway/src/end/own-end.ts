import { toBase32, fromBase64, type Random } from '@parley/crypto';
import { End, endKeys, Enrolment, publicKeysOf, type OwnKeys } from '@parley/sdk';
import { FolderError } from '../folder/error.js';
import type { Platform } from '../platform/platform.js';
import type { Commit, Commits } from './commits.js';

export interface OwnEndOptions {
  readonly commits: Commits;
  readonly platform: Pick<Platform, 'registerDevice' | 'keys'>;
  readonly businessId: string;
  readonly random: Random;
  readonly now: () => number;
}

/** How many sessions may use up prekeys before the directory is asked how many are left. */
const tendAfterOpened = 50;

/** The gateway as a device of the business: registers, has itself listed, keeps prekeys in the directory, seals and opens. */
export class OwnEnd {
  readonly end: End<Commit>;
  readonly enrolment: Enrolment<Commit>;
  /** Its id on the platform; null until it has one and the business's list has it. */
  deviceId: string | null = null;
  private begunByOthers = 0;
  private prekeys: string | null = null;

  constructor(private readonly options: OwnEndOptions) {
    const { commits, platform, random, now } = options;
    const parts = { records: commits.records, commit: <T>(task: (commit: Commit) => Promise<T>) => this.commit(task), directory: () => Promise.resolve(platform.keys()), random, now, keyLog: null };
    this.end = new End(parts);
    this.enrolment = new Enrolment(parts, this.end);
  }

  /** Null once the platform has the gateway and the business's list has it; else why not, as a sentence. Safe to repeat. Throws PlatformError, EndError, FolderError. */
  async register(takeOver: boolean): Promise<string | null> {
    const { deviceId } = await this.registered();
    if (!(await this.enrolment.enrol(false)) && !(takeOver && (await this.enrolment.enrol(true)))) {
      return `The business has other devices, and their list does not hold this gateway. Add it at the gateway that made the list (POST /gateway/v1/devices with the code ${await this.enrolment.linkCode()}), or take the business over with PARLEY_GATEWAY_TAKE_OVER=yes: the others end, and contacts see another safety number.`;
    }
    this.deviceId = deviceId;
    return null;
  }

  /** Whether so many contacts have begun sessions that the directory may be short of prekeys. */
  get wantsTending(): boolean {
    return this.begunByOthers >= tendAfterOpened;
  }

  /** Keeps prekeys in the directory. Throws PlatformError, EndError. */
  async tend(): Promise<void> {
    this.begunByOthers = 0;
    await this.enrolment.tend();
  }

  private async registered(): Promise<{ readonly deviceId: string }> {
    const { commits, platform, businessId } = this.options;
    const stored = await commits.records.get(endKeys.own);
    if (stored === null) throw new FolderError('The folder holds no device keys of this version. Restore it from a backup, or set up an empty one.');
    const own = JSON.parse(stored) as OwnKeys;
    if (own.device !== null) return own.device;
    const keys = publicKeysOf(own);
    // The idempotency key follows from the public key: repeated, it is the same device.
    const { accountId, deviceId } = await platform.registerDevice(keys, 'gateway', `device.${toBase32(fromBase64(keys.signingKey)!)}`);
    if (accountId !== businessId) throw new FolderError(`The platform API key is of the business ${accountId}, and the folder was set up for ${businessId}. Set up another folder with that business, or with the right key.`);
    await commits.run(async (commit) => commit.put(endKeys.own, JSON.stringify({ ...own, device: { accountId, deviceId } } satisfies OwnKeys)));
    return { deviceId };
  }

  private async commit<T>(task: (commit: Commit) => Promise<T>): Promise<T> {
    const result = await this.options.commits.run(task);
    const prekeys = await this.options.commits.records.get(endKeys.prekeys);
    if (prekeys !== this.prekeys) [this.prekeys, this.begunByOthers] = [prekeys, this.begunByOthers + 1];
    return result;
  }
}
