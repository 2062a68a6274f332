import { closeSync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import type { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

interface OpenFile {
  /** Node's descriptor; directories have none. */
  readonly nfd?: number;
  readonly node: object;
}

interface NodeFiles {
  realPath(node: object): string;
  readonly stream_ops: { fsync?: (file: OpenFile) => number };
}

/**
 * PGlite's folder, with fsync. As it comes, PGlite never asks the disk to write: a commit survives the death of the process, but not of the
 * machine. Started without `-F` and with `wal_sync_method=fsync`, PostgreSQL calls fsync at every commit and checkpoint, and here it is: as fdatasync, which
 * leaves out the times of a file, and is what PostgreSQL itself would use.
 */
export class DurableFiles extends NodeFS {
  constructor(
    folder: string,
    private readonly sync: (descriptor: number) => void = fdatasyncSync,
  ) {
    super(folder);
  }

  override async init(engine: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const { emscriptenOpts } = await super.init(engine, options);
    const provide = (module: unknown): void => {
      const files = (module as { readonly NODEFS: NodeFiles }).NODEFS;
      files.stream_ops.fsync = (file) => this.#syncFile(files, file);
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), provide] } };
  }

  #syncFile(files: NodeFiles, file: OpenFile): number {
    if (file.nfd !== undefined) {
      this.sync(file.nfd);
      return 0;
    }
    const directory = openSync(files.realPath(file.node), 'r');
    try {
      fsyncSync(directory);
    } finally {
      closeSync(directory);
    }
    return 0;
  }
}
