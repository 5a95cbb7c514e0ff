import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { RectoError } from '../../domain/errors.ts';
import { abortable } from '../support/abortable.ts';
import { errnoOf, type ObjectMeta, readMeta, signatureOf, syncFolder, type Tree } from './object-files.ts';
import { storageError } from './sqlite.ts';

/** Writes some of the bytes; how many. The one place where object bytes reach the disk, so that a test can fail it. */
export type WriteBytes = (handle: FileHandle, bytes: Uint8Array) => Promise<number>;
const writeToFile: WriteBytes = async (handle, bytes) => (await handle.write(bytes)).bytesWritten;

/** A whole, fsynced file that is not visible yet. */
export interface Staged {
  file: string;
  size: number;
  sha256: string;
  signature: string;
}

export interface StageParams {
  body: AsyncIterable<Uint8Array> | Uint8Array;
  maxBytes?: number | undefined;
  expectSha256?: string | undefined;
  signal?: AbortSignal | undefined;
}

const ATTEMPTS = 5;

/**
 * Makes objects visible whole or not at all. Bytes are written to the temporary folder (same file system) and the file is
 * fsynced; the side file that describes it is written and fsynced likewise, and renamed into place with the description of
 * the old file beside the new one's; then the file is renamed into place; then both folders are fsynced, as was every new
 * folder into its parent. A crash at any moment leaves the old object or the new one, each with its description, and
 * temporary files, which are removed at the next start: so each process has a temporary folder of its own.
 */
export function createObjectWriter(params: { temporary: string; write?: WriteBytes | undefined }) {
  const write = params.write ?? writeToFile;
  mkdirSync(params.temporary, { recursive: true });
  for (const name of readdirSync(params.temporary)) rmSync(path.join(params.temporary, name), { recursive: true });
  const temporaryFile = (): string => path.join(params.temporary, randomUUID());

  const writeAll = async (handle: FileHandle, bytes: Uint8Array): Promise<void> => {
    let left = bytes;
    while (left.length > 0) left = left.subarray(await write(handle, left));
  };

  /** Runs `fill` over a new temporary file and fsyncs it; nothing of it is left when that fails. */
  const inTemporaryFile = async <T>(fill: (handle: FileHandle) => Promise<T>): Promise<{ file: string; result: T }> => {
    const file = temporaryFile();
    try {
      const handle = await open(file, 'wx', 0o640);
      try {
        const result = await fill(handle);
        await handle.sync();
        return { file, result };
      } finally {
        await handle.close();
      }
    } catch (thrown) {
      await rm(file, { force: true });
      throw storageError(thrown);
    }
  };

  return {
    /** Errors: `file_too_large`, `checksum_mismatch`, `storage_full`, and whatever the body throws. */
    stage: async ({ body, maxBytes, expectSha256, signal }: StageParams): Promise<Staged> => {
      const { file, result } = await inTemporaryFile(async (handle) => {
        const hash = createHash('sha256');
        let size = 0;
        for await (const chunk of abortable(body instanceof Uint8Array ? [body] : body, signal)) {
          size += chunk.length;
          if (maxBytes !== undefined && size > maxBytes)
            throw new RectoError(
              'file_too_large',
              `The file is larger than the ${maxBytes} bytes allowed here. Send a smaller file or have the limit raised.`,
              { details: { maxBytes } },
            );
          hash.update(chunk);
          await writeAll(handle, chunk);
        }
        const sha256 = hash.digest('hex');
        if (expectSha256 !== undefined && expectSha256.toLowerCase() !== sha256)
          throw new RectoError(
            'checksum_mismatch',
            `The bytes that arrived have the SHA-256 ${sha256}, not the one that was promised. Send the file again.`,
          );
        return { size, sha256, signature: signatureOf(await handle.stat({ bigint: true })) };
      });
      return { file, ...result };
    },

    /** Another name for the bytes of `source`, which must be immutable; null where the file system has no room for links. */
    stageLink: async (source: string): Promise<{ file: string; signature: string } | null> => {
      const file = temporaryFile();
      try {
        await link(source, file);
        return { file, signature: signatureOf(await stat(file, { bigint: true })) };
      } catch (thrown) {
        if (['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(thrown))) return null;
        throw storageError(thrown);
      }
    },

    discard: (staged: { file: string }): Promise<void> => rm(staged.file, { force: true }),

    /** Puts the staged file and its description in place. The caller holds the key's lock and discards; on error the old object stands. */
    commit: async (
      staged: { file: string },
      meta: ObjectMeta,
      segments: readonly string[],
      trees: { objects: Tree; metas: Tree },
    ): Promise<void> => {
      const metaFile = trees.metas.fileOf(segments);
      const before = await readMeta(metaFile);
      try {
        for (let attempt = 1; ; attempt++) {
          try {
            // A folder may be pruned by a deletion right after it was found: then it is made again.
            const folder = await trees.objects.makeFolder(segments);
            const metaFolder = await trees.metas.makeFolder(segments);
            await placeMeta(metaFile, [...before.slice(-1), meta]);
            await rename(staged.file, trees.objects.fileOf(segments));
            await Promise.all([syncFolder(folder), syncFolder(metaFolder)]);
            return;
          } catch (thrown) {
            if (errnoOf(thrown) !== 'ENOENT' || attempt === ATTEMPTS) throw thrown;
          }
        }
      } catch (thrown) {
        if (before.length === 0) await rm(metaFile, { force: true }).catch(() => undefined);
        await trees.objects.pruneFolders(segments);
        await trees.metas.pruneFolders(segments);
        if (['EISDIR', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(thrown)))
          throw new RectoError(
            'conflict',
            'The object cannot be stored: its key is a folder of other objects. Objects are files here, so a key cannot also be the folder of another key. Choose another key.',
            { cause: thrown },
          );
        throw storageError(thrown);
      }
    },

    /** Remembers what was derived from a file that others wrote; may be lost, so it is not fsynced into its folder. */
    remember: async (meta: ObjectMeta, segments: readonly string[], metas: Tree): Promise<void> => {
      await metas.makeFolder(segments);
      await placeMeta(metas.fileOf(segments), [meta]);
    },
  };

  async function placeMeta(metaFile: string, entries: readonly ObjectMeta[]): Promise<void> {
    const { file } = await inTemporaryFile((handle) => writeAll(handle, Buffer.from(JSON.stringify(entries))));
    try {
      await rename(file, metaFile);
    } catch (thrown) {
      await rm(file, { force: true });
      throw thrown;
    }
  }
}
export type ObjectWriter = ReturnType<typeof createObjectWriter>;
