import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttachmentSealer, newSha256, sealedAttachmentBytes, toBase64, toHex, type Random } from '@parley/crypto';
import type { SealedSource } from '@parley/sdk';
import { FolderError } from '../folder/error.js';
import { syncFolder } from '../folder/journal.js';
import type { Medium } from '../state/medium.js';

export type WrittenFile = Pick<Medium['file'], 'key' | 'hash' | 'length' | 'sha256'> & { /** The plain file's first bytes. */ readonly head: Uint8Array };

const folderName = 'media';
const headBytes = 64;

/**
 * Sealed files in the gateway's folder, one each beside the journal. A file is sealed as an attachment is, under a key of its own that stands in the
 * journal alone: so it can go to the platform as it lies here, and who has the folder without its secret has noise.
 */
export class MediaFiles {
  private readonly path: string;
  private readonly writing = new Set<string>();

  constructor(folder: string, private readonly random: Random) {
    this.path = join(folder, folderName);
  }

  /** Seals what comes as it comes; on disk when this resolves, and nothing of it where it rejects. Throws what `pieces` throws, FolderError. */
  async write(id: string, pieces: AsyncIterable<Uint8Array>): Promise<WrittenFile> {
    this.writing.add(id);
    const fresh = join(this.path, `${id}.new`);
    try {
      await mkdir(this.path, { recursive: true, mode: 0o700 });
      const written = await this.fill(fresh, pieces);
      await rename(fresh, this.placeOf(id));
      await syncFolder(this.path);
      return written;
    } catch (error) {
      await rm(fresh, { force: true });
      throw isOfDisk(error) ? new FolderError(`A file cannot be written under ${this.path} (${error.code}). Make room, or repair the disk.`) : error;
    } finally {
      this.writing.delete(id);
    }
  }

  /** The sealed bytes of a file that lies here. */
  sealed({ id, file }: Pick<Medium, 'id' | 'file'>): SealedSource {
    return { length: sealedAttachmentBytes(file.length), open: () => createReadStream(this.placeOf(id)) as AsyncIterable<Buffer> };
  }

  async remove(id: string): Promise<void> {
    await rm(this.placeOf(id), { force: true });
  }

  /** Removes what a crash left, and files of media that are known no more. */
  async sweep(isKept: (id: string) => boolean): Promise<void> {
    const names = await readdir(this.path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names) {
      const id = name.replace(/\.new$/, '');
      if (!this.writing.has(id) && (name.endsWith('.new') || !isKept(id))) await rm(join(this.path, name), { force: true });
    }
  }

  private async fill(path: string, pieces: AsyncIterable<Uint8Array>): Promise<WrittenFile> {
    const sealer = new AttachmentSealer(this.random);
    const sum = newSha256();
    let head = new Uint8Array();
    const handle = await open(path, 'w', 0o600);
    try {
      for await (const piece of pieces) {
        if (head.length < headBytes) head = Uint8Array.from([...head, ...piece.subarray(0, headBytes - head.length)]);
        sum.update(piece);
        await handle.writeFile(sealer.push(piece));
      }
      const { bytes, attachment } = sealer.finish();
      await handle.writeFile(bytes);
      await handle.sync();
      return { key: toBase64(attachment.key), hash: toBase64(attachment.hash), length: attachment.length, sha256: toHex(sum.digest()), head };
    } finally {
      await handle.close();
    }
  }

  // Ids are ours: digits alone, so no id leads out of the folder.
  private placeOf(id: string): string {
    if (!/^\d{1,20}$/.test(id)) throw new RangeError('a medium has an id of digits');
    return join(this.path, id);
  }
}

function isOfDisk(error: unknown): error is NodeJS.ErrnoException {
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES'].includes(String((error as NodeJS.ErrnoException | null)?.code));
}
