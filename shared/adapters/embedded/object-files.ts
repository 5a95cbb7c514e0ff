import { createHash } from 'node:crypto';
import { type BigIntStats, constants, type Dirent } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, readFile, realpath, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { RectoError } from '../../domain/errors.ts';
import { storageError } from './sqlite.ts';

export const errnoOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
/** Nothing there, or something on the way that is no folder. */
export const isAbsent = (thrown: unknown): boolean => ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(thrown));

/** Null instead of an error where there is nothing; `storage_full` where there is no room. */
export async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (thrown) {
    if (isAbsent(thrown)) return null;
    throw storageError(thrown);
  }
}

/** Tells one state of a file from another: a new file has another inode, a rewritten one another time or size. */
export const signatureOf = (stat: BigIntStats): string => `${stat.ino}-${stat.mtimeNs}-${stat.size}`;

/** The generation of a file that others wrote: 63 bits of its signature's digest, so that it changes when the file does. */
export function derivedGeneration(signature: string): string {
  const digest = createHash('sha256').update(signature).digest();
  return (digest.readBigUInt64BE() >> 1n).toString();
}

/** Makes the entries of a folder durable: what was renamed into it stays there after power loss. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * One tree of files under `base`, in which no symbolic link is ever followed: a folder counts only if its real path is
 * its path, a file only if it is a regular one. `base` itself may lie behind links.
 */
export interface Tree {
  fileOf(segments: readonly string[]): string;
  /** Of the regular file there; null if there is none, or only behind a link. */
  stat(segments: readonly string[]): Promise<BigIntStats | null>;
  /** Opens it for reading; the caller closes. */
  open(segments: readonly string[]): Promise<{ handle: FileHandle; stat: BigIntStats } | null>;
  /** The folder that the file is in, made if needed, each new level fsynced into its parent. `conflict` where a file or link is in the way. */
  makeFolder(segments: readonly string[]): Promise<string>;
  /** Regular files and folders of a folder by name; empty if it is absent or a link. */
  entries(segments: readonly string[]): Promise<Dirent[]>;
  /** Removes the file's folders from the innermost out, as far as they are empty. */
  pruneFolders(segments: readonly string[]): Promise<void>;
}

export function createTree(base: string): Tree {
  const fileOf = (segments: readonly string[]): string => path.join(base, ...segments);

  const isOwnFolder = async (folder: readonly string[]): Promise<boolean> => {
    const [root, real] = await Promise.all([orNull(realpath(base)), orNull(realpath(fileOf(folder)))]);
    return root !== null && real !== null && real === path.join(root, ...folder);
  };

  const tree: Tree = {
    fileOf,
    stat: async (segments) => {
      if (!(await isOwnFolder(segments.slice(0, -1)))) return null;
      const stat = await orNull(lstat(fileOf(segments), { bigint: true }));
      return stat?.isFile() ? stat : null;
    },
    open: async (segments) => {
      // Asked first: opening a pipe or device could block or act.
      if ((await tree.stat(segments)) === null) return null;
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
      const handle = await open(fileOf(segments), flags).catch((thrown: unknown) => {
        if (isAbsent(thrown) || errnoOf(thrown) === 'ELOOP') return null;
        throw thrown;
      });
      if (handle === null) return null;
      const stat = await handle.stat({ bigint: true });
      if (stat.isFile()) return { handle, stat };
      await handle.close();
      return null;
    },
    makeFolder: async (segments) => {
      const folder = segments.slice(0, -1);
      if (folder.length === 0) await mkdir(base, { recursive: true });
      if (await isOwnFolder(folder)) return fileOf(folder);
      if (folder.length === 0) throw inTheWay(base);
      const parent = await tree.makeFolder(folder);
      const made = await mkdir(fileOf(folder)).then(
        () => true,
        (thrown: unknown) => {
          if (errnoOf(thrown) === 'EEXIST') return false;
          throw thrown;
        },
      );
      if (made) await syncFolder(parent);
      // What exists but is not a folder of ours is a file or a link.
      else if (!(await isOwnFolder(folder))) throw inTheWay(folder.join('/'));
      return fileOf(folder);
    },
    entries: async (segments) => {
      if (!(await isOwnFolder(segments))) return [];
      const found = await orNull(readdir(fileOf(segments), { withFileTypes: true }));
      return (found ?? []).filter((entry) => entry.isFile() || entry.isDirectory());
    },
    pruneFolders: async (segments) => {
      for (let depth = segments.length - 1; depth > 0; depth--) {
        const removed = await rmdir(fileOf(segments.slice(0, depth))).then(
          () => true,
          (thrown: unknown) => {
            if (isAbsent(thrown) || ['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errnoOf(thrown))) return false;
            throw thrown;
          },
        );
        if (!removed) return;
      }
    },
  };
  return tree;
}

const inTheWay = (what: string): RectoError =>
  new RectoError(
    'conflict',
    `The object cannot be stored: ${what} is a file or a link, where a folder is needed. Objects are files here, so a key cannot also be the folder of another key. Choose another key or remove what is in the way.`,
  );

/** What is known of an object apart from its bytes. `signature` says which state of the file it speaks of. */
export interface ObjectMeta {
  signature: string;
  sha256: string;
  mediaType: string;
  generation: string;
  updatedAt: number;
}

const isMeta = (value: unknown): value is ObjectMeta =>
  typeof value === 'object' &&
  value !== null &&
  ['signature', 'sha256', 'mediaType', 'generation'].every((key) => typeof Reflect.get(value, key) === 'string') &&
  typeof Reflect.get(value, 'updatedAt') === 'number';

/** The side file's entries, the newest last; none if it is absent or damaged (everything in it can be derived again). */
export async function readMeta(file: string): Promise<readonly ObjectMeta[]> {
  const text = await orNull(readFile(file, 'utf8')).catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'EISDIR') return null;
    throw thrown;
  });
  if (text === null) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isMeta) : [];
  } catch {
    return [];
  }
}
