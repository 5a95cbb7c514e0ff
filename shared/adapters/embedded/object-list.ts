import { RectoError } from '../../domain/errors.ts';
import { compareKeys, keySegments, prefixSegments } from '../support/object-keys.ts';
import type { Tree } from './object-files.ts';

/** Deeper folders hold no objects: a key of 1,024 bytes has at most 512 segments. */
const MAX_DEPTH = 512;

function decodeCursor(cursor: string | null): string {
  if (cursor === null) return '';
  const key = Buffer.from(cursor, 'base64url').toString();
  try {
    keySegments(key);
  } catch (thrown) {
    throw new RectoError(
      'invalid_page_token',
      'The page token is not one that a listing gave. Start the listing again without it.',
      { cause: thrown },
    );
  }
  return key;
}

function isKey(name: string): boolean {
  try {
    return keySegments(name).length === 1;
  } catch {
    return false;
  }
}

/** The keys of a tree that start with the prefix, in byte order, after the cursor's. What is no valid key is left out. */
export async function* listKeys(tree: Tree, prefix: string, cursor: string | null): AsyncGenerator<string> {
  const { folders } = prefixSegments(prefix);
  yield* walk(tree, folders, prefix, decodeCursor(cursor));
}

async function* walk(tree: Tree, folders: readonly string[], prefix: string, after: string): AsyncGenerator<string> {
  if (folders.length >= MAX_DEPTH) return;
  const base = folders.map((folder) => `${folder}/`).join('');
  const entries = (await tree.entries(folders))
    .filter(({ name }) => isKey(name))
    // A folder sorts as its keys do: with the slash.
    .map((entry) => ({
      name: entry.name,
      folder: entry.isDirectory(),
      path: base + entry.name + (entry.isDirectory() ? '/' : ''),
    }))
    .filter(({ path, folder }) => path.startsWith(prefix) || (folder && prefix.startsWith(path)))
    .sort((left, right) => compareKeys(left.path, right.path));
  for (const { name, folder, path } of entries) {
    if (folder) {
      // Every key inside comes before the cursor's unless that one is inside as well.
      if (compareKeys(path, after) >= 0 || after.startsWith(path)) yield* walk(tree, [...folders, name], prefix, after);
    } else if (compareKeys(path, after) > 0 && Buffer.byteLength(path) <= 1024) yield path;
  }
}
