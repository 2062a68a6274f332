import { systemRandom, type Random } from '@parley/crypto';
import { copyFolder } from './folder/copy.js';
import { openFolder, type FolderSecret } from './folder/folder.js';
import type { Fact, RecordChange } from './state/fact.js';
import { State } from './state/state.js';

const sessionKey = /^end\/session\/(.+)$/;

/**
 * Puts a backup in the place of a folder that is gone. What it holds is older than what was sent since: every contact's next message begins a new
 * session (PROTOCOL.md, "A restored backup"), and the platform's inbox is read again from where the backup was. Resolves to how many sessions begin anew. Throws FolderError.
 */
export async function restoreFolder(backup: string, folder: string, secret: FolderSecret, random: Random = systemRandom): Promise<{ readonly files: number; readonly sessions: number }> {
  const { files } = await copyFolder(backup, folder);
  const state = new State();
  const opened = await openFolder<Fact>(folder, secret, state, random);
  try {
    const changes = [...state.records.keys()].flatMap((key): readonly RecordChange[] => {
      const place = sessionKey.exec(key)?.[1];
      return place === undefined ? [] : [{ key: `end/renewal/${place}`, value: '1' }];
    });
    if (changes.length > 0) await opened.journal.append({ type: 'RecordsChanged', changes });
    return { files, sessions: changes.length };
  } finally {
    await opened.close();
  }
}
