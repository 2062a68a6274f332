import { AttachmentOpener, fromBase64, keyedHash, toHex, type Random } from '@parley/crypto';
import { PlatformError, type AttachedFile } from '@parley/sdk';
import { FolderError } from '../folder/error.js';
import type { Journal } from '../folder/journal.js';
import { faultOfError } from '../outbox/refusal.js';
import type { Platform } from '../platform/platform.js';
import type { Fact } from '../state/fact.js';
import type { Medium } from '../state/medium.js';
import type { State } from '../state/state.js';
import { faultAt, WireFault } from '../wire/fault.js';
import type { MediumRef } from '../wire/requests/media.js';
import type { MediaFiles } from './files.js';
import { misfit, mimeTypes, mostBytesOf, movesAsWebp, plainType, rules } from './kinds.js';
import { FetchError, type FetchLink } from './link-fetch.js';

export interface MediaOptions {
  readonly state: State;
  readonly journal: Pick<Journal<Fact>, 'append'>;
  readonly files: MediaFiles;
  readonly platform: Pick<Platform, 'leave' | 'open'>;
  readonly fetchLink: FetchLink;
  /** How much may lie in the gateway's folder. */
  readonly mostBytesHere: number;
  readonly random: Random;
  readonly now: () => number;
}

/** A file on its way in. */
export interface Incoming {
  readonly phoneNumberId: string;
  readonly mimeType: string;
  readonly filename: string | null;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** How long its id is known. */
  readonly keptMs: number;
}

/** As the wire keeps what was uploaded. */
export const uploadKeptMs = 30 * 24 * 3_600_000;
/** As the platform keeps it. */
const attachmentKeptMs = 30 * 24 * 3_600_000;
/** The platform keeps an attachment for 30 days, and a contact's phone may be off for as many: one that was left a day ago is left anew. */
const leftAnewMs = 24 * 3_600_000;
/** As long as the wire remembers what lay at a link. */
const linkKeptMs = 10 * 60_000;
const maxLinks = 1_000;
const linkTimeoutMs = 60_000;
const urlMs = 5 * 60_000;

/** Files that the business's software uploads, links to, sends and downloads. Methods throw WireFault. */
export class Media {
  private readonly links = new Map<string, { readonly id: string; readonly until: number }>();
  private readonly leaving = new Map<string, Promise<string>>();

  constructor(private readonly options: MediaOptions) {}

  find(id: string): Medium | null {
    const medium = this.options.state.media.get(id);
    return medium === undefined || medium.keptUntil <= this.options.now() ? null : medium;
  }

  /** Keeps a file; on disk and in the journal when this resolves. Reads the pieces to their end only where they are wanted. */
  async keep({ phoneNumberId, mimeType, filename, pieces, keptMs }: Incoming): Promise<Medium> {
    const { state, journal, files, mostBytesHere, now } = this.options;
    const most = mostBytesOf(mimeType);
    if (most === null) throw new WireFault('invalid-parameter', `Param file must be a file with one of the following types: ${mimeTypes.join(', ')}. Received file of type '${plainType(mimeType)}'.`, 'file');
    if (state.media.bytesHere + most > mostBytesHere) throw new WireFault('unavailable', 'The gateway keeps too many files already. Delete some that are no longer sent, or let its operator give it more room.');
    const id = this.newId();
    const { head, ...written } = await files.write(id, noMoreThan(most, pieces));
    const named = filename === null ? {} : { filename };
    const file = { ...written, mimeType: mimeType.includes('ogg') ? mimeType : plainType(mimeType), ...named };
    const medium: Medium = { id, phoneNumberId, file, isHere: true, attachment: null, isAnimated: movesAsWebp(head), keptUntil: now() + keptMs };
    await journal.append({ type: 'MediumKept', medium });
    return medium;
  }

  /** What a contact sent, under a new id: its bytes stay with the platform until somebody asks for them. `at`: when it was sent, epoch ms UTC. */
  received({ attachmentId, ...file }: AttachedFile, phoneNumberId: string, at: number, isAnimated: boolean): Medium {
    const until = at + attachmentKeptMs;
    return { id: this.newId(), phoneNumberId, file, isHere: false, attachment: { id: attachmentId, until }, isAnimated, keptUntil: until };
  }

  async remove({ id }: Medium): Promise<void> {
    await this.options.journal.append({ type: 'MediumGone', id });
    await this.options.files.remove(id);
  }

  /** The plain bytes, each piece checked. Whoever reads them knows that they are whole by their number. */
  open({ id, file, isHere, attachment }: Medium): AsyncGenerator<Uint8Array> {
    const { files, platform } = this.options;
    return isHere || attachment === null ? opened(files.sealed({ id, file }).open(), file) : platform.open({ attachmentId: attachment.id, ...file });
  }

  /** A file that a request names, sealed and left with the platform, as a message has to speak of it. */
  async attach(ref: MediumRef, phoneNumberId: string): Promise<{ readonly file: AttachedFile; readonly isAnimated: boolean }> {
    const medium = 'id' in ref.at ? this.named(ref.at.id, ref) : await this.linked(ref.at.link, ref, phoneNumberId);
    const why = misfit(ref.type, { ...medium.file, isAnimated: medium.isAnimated });
    if (why !== null) throw faultAt('media-upload', ref.field, why);
    const attachmentId = await this.left(medium);
    const { filename, ...file } = medium.file;
    const name = ref.type === 'document' ? (ref.filename ?? filename) : undefined;
    return { file: { attachmentId, ...file, ...(name === undefined ? {} : { filename: name }) }, isAnimated: medium.isAnimated };
  }

  /** Until when a URL made now can be used, and the proof that it was made here. */
  proofOf(id: string, untilSeconds = Math.ceil((this.options.now() + urlMs) / 1000)): { readonly until: string; readonly proof: string } {
    const key = fromBase64(this.options.state.tokenKey ?? '') ?? new Uint8Array();
    return { until: String(untilSeconds), proof: toHex(keyedHash(key, 'parley/gateway-medium/v1', `${id}/${untilSeconds}`)) };
  }

  isProven(id: string, until: string, proof: string): boolean {
    const seconds = /^\d{1,12}$/.test(until) ? Number(until) : 0;
    return seconds * 1000 > this.options.now() && this.proofOf(id, seconds).proof === proof;
  }

  /** Deletes what may be kept no longer, and what a crash left. */
  async sweep(): Promise<void> {
    const { state, journal, files, now } = this.options;
    const over = [...state.media.values()].filter(({ keptUntil }) => keptUntil <= now());
    if (over.length > 0) await journal.append(...over.map(({ id }) => ({ type: 'MediumGone', id }) as const));
    await files.sweep((id) => state.media.get(id)?.isHere === true);
  }

  private named(id: string, { type, field }: MediumRef): Medium {
    const medium = this.find(id);
    if (medium === null) throw faultAt('invalid-parameter', `${field}.id`, `is not the id of a file here. Upload the ${type} first; files are kept for 30 days.`);
    return medium;
  }

  private async linked(link: string, ref: MediumRef, phoneNumberId: string): Promise<Medium> {
    const { fetchLink, now } = this.options;
    const known = this.links.get(link);
    const kept = known !== undefined && known.until > now() ? this.find(known.id) : null;
    if (kept !== null) return kept;
    try {
      const { mimeType, filename, pieces } = await fetchLink(link, { mostBytes: rules[ref.type].mostBytes, timeoutMs: linkTimeoutMs });
      const medium = await this.keep({ phoneNumberId, mimeType, filename, pieces, keptMs: 2 * linkKeptMs });
      this.remember(link, medium.id);
      return medium;
    } catch (error) {
      if (error instanceof FetchError) throw faultAt('media-upload', `${ref.field}.link`, `could not be fetched: ${error.message}`);
      if (error instanceof WireFault && error.kind === 'invalid-parameter') throw faultAt('media-upload', `${ref.field}.link`, `leads to a file that cannot be sent. ${error.details}`);
      throw error;
    }
  }

  private remember(link: string, id: string): void {
    this.links.delete(link);
    this.links.set(link, { id, until: this.options.now() + linkKeptMs });
    for (const oldest of this.links.keys()) if (this.links.size > maxLinks) this.links.delete(oldest);
  }

  /** The id under which the platform has it: left there now, where it is not there, or not for long. Asked for several times at once, it goes up once. */
  private async left(medium: Medium): Promise<string> {
    const { attachment, isHere, id } = medium;
    const lastsLongEnough = attachment !== null && (attachment.until > this.options.now() + attachmentKeptMs - leftAnewMs || !isHere);
    if (lastsLongEnough) return attachment.id;
    const leaving = this.leaving.get(id) ?? this.leave(medium).finally(() => this.leaving.delete(id));
    this.leaving.set(id, leaving);
    return await leaving;
  }

  private async leave(medium: Medium): Promise<string> {
    const { platform, files, journal, now } = this.options;
    const until = now() + attachmentKeptMs;
    const attachmentId = await platform.leave(files.sealed(medium)).catch((error: unknown) => {
      if (error instanceof PlatformError && error.status === 429) throw new WireFault('throughput', `The platform takes no more files just now. ${error.detail}`);
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new FolderError(`The file of medium ${medium.id} is missing from the folder. Restore it from a backup, or upload it anew.`);
      throw faultOfError(error);
    });
    if (this.find(medium.id) !== null) await journal.append({ type: 'MediumKept', medium: { ...medium, attachment: { id: attachmentId, until } } });
    return attachmentId;
  }

  /** 16 digits, as ids of media are on the wire. */
  private newId(): string {
    const { random, state } = this.options;
    for (;;) {
      const number = Buffer.from(random(8)).readBigUInt64BE() % 9_000_000_000_000_000n;
      const id = String(number + 1_000_000_000_000_000n);
      if (state.media.get(id) === undefined) return id;
    }
  }
}

async function* noMoreThan(most: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > most) throw new WireFault('media-upload', `The file is too large: one of its type has at most ${most} bytes.`, 'file');
    yield piece;
  }
  if (bytes === 0) throw new WireFault('media-upload', 'The file is empty.', 'file');
}

async function* opened(sealed: AsyncIterable<Uint8Array>, { key, hash, length }: Medium['file']): AsyncGenerator<Uint8Array> {
  const opener = new AttachmentOpener({ key: fromBase64(key) ?? new Uint8Array(), hash: fromBase64(hash) ?? new Uint8Array(), length });
  for await (const piece of sealed) {
    const plain = opener.push(piece);
    if (plain.length > 0) yield plain;
  }
  opener.finish();
}
