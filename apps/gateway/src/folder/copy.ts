import { copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { FolderError } from './error.js';
import { isFolder } from './folder.js';
import { syncFolder } from './journal.js';
import { lockFileName, lockFolder } from './lock.js';

/**
 * Copies a gateway's folder whole, as it lies: what is encrypted stays so, and the copy is opened by what opens the folder. The copy is there under its
 * name only once all of it is on disk. Throws FolderError: no gateway there, one that runs on it, or something at the target.
 */
export async function copyFolder(from: string, to: string): Promise<{ readonly files: number; readonly bytes: number }> {
  const [source, target] = [resolve(from), resolve(to)];
  if (!isFolder(source)) throw new FolderError(`${source} holds no gateway. Name the folder that it runs on, or a backup of it.`);
  if (existsSync(target)) throw new FolderError(`${target} is there already. Name a folder that is not: nothing is written over.`);
  if (!relative(source, target).startsWith('..')) throw new FolderError(`${target} lies in the folder that is to be copied. Name another place.`);
  const release = lockFolder(source);
  const fresh = `${target}.new`;
  try {
    await rm(fresh, { recursive: true, force: true }); // Of a copy that was cut off.
    const copied = await copyInto(source, fresh);
    await rename(fresh, target);
    await syncFolder(resolve(target, '..'));
    return copied;
  } finally {
    release();
  }
}

async function copyInto(source: string, target: string): Promise<{ readonly files: number; readonly bytes: number }> {
  await mkdir(target, { recursive: true, mode: 0o700 });
  let [files, bytes] = [0, 0];
  for (const entry of await readdir(source, { withFileTypes: true })) {
    const [path, copy] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) {
      const below = await copyInto(path, copy);
      [files, bytes] = [files + below.files, bytes + below.bytes];
    } else if (entry.isFile() && entry.name !== lockFileName) {
      await copyFile(path, copy);
      const handle = await open(copy, 'r+');
      try {
        await handle.sync();
        bytes += (await handle.stat()).size;
      } finally {
        await handle.close();
      }
      files += 1;
    }
  }
  await syncFolder(target);
  return { files, bytes };
}
