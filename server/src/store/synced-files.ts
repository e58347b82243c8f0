import { fdatasyncSync } from 'node:fs';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { syncDescriptor, syncPath } from './sync-path.ts';

type Init = NodeFS['init'];
/** EIO as PGlite's system calls number it. PostgreSQL gives itself up at it: what it wrote may be lost. */
const EIO = 29;

/** An open file or directory of the engine; only a file has a descriptor of this process. */
interface OpenNode {
  readonly nfd?: number;
  readonly node: object;
}
/** The part of Emscripten's file system over Node that has no types: without `fsync` a sync is answered and not done. */
interface NodeFiles {
  readonly realPath: (node: object) => string;
  readonly stream_ops: { fsync?: (stream: OpenNode) => number };
}

/**
 * PGlite's files in a directory, really written to the disk when PostgreSQL asks for that. `onUnsyncable` is called when the
 * engine's file system is not built as this knows it; everything works then but the syncs.
 */
export class SyncedFiles extends NodeFS {
  readonly #onUnsyncable: () => void;

  constructor(directory: string, onUnsyncable: () => void) {
    super(directory);
    this.#onUnsyncable = onUnsyncable;
  }

  override async init(...[pglite, options]: Parameters<Init>): ReturnType<Init> {
    const { emscriptenOpts } = await super.init(pglite, options);
    // Before PostgreSQL starts: what it mends after a crash is to be on disk as well.
    const addSync = ({ NODEFS }: { readonly NODEFS: unknown }) => {
      if (isNodeFiles(NODEFS)) NODEFS.stream_ops.fsync = (stream) => syncOpen(NODEFS, stream);
      else this.#onUnsyncable();
    };
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), addSync] } };
  }
}

function isNodeFiles(value: unknown): value is NodeFiles {
  const files = value as Partial<NodeFiles> | undefined;
  return typeof files?.realPath === 'function' && typeof files.stream_ops === 'object';
}

function syncOpen(files: NodeFiles, { nfd, node }: OpenNode): number {
  try {
    if (nfd === undefined) syncPath(files.realPath(node));
    else syncDescriptor(nfd, fdatasyncSync);
    return 0;
  } catch {
    return EIO;
  }
}
