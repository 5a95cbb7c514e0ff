import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = process.env.RECTO_SHARED_DATA ?? path.resolve(import.meta.dirname, '../../../shared/data');

/** Files of a folder of the shared data set, as absolute paths; none where the data set is not on this machine. */
export function sharedFiles(folder: string): string[] {
  const dir = path.join(root, folder);
  return existsSync(dir)
    ? readdirSync(dir)
        .sort()
        .map((name) => path.join(dir, name))
    : [];
}
