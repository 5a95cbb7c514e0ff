import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { RectoError } from '../../domain/errors.ts';
import { createDerivation, type DerivedKeys, MASTER_BYTES } from '../support/derived-keys.ts';
import { storageError, syncDirectory } from './sqlite.ts';

const FILE = /^master-([1-9][0-9]{0,8})\.key$/;

/** The master keys of this installation by version, and what is derived from them. */
export interface KeyRing extends DerivedKeys {
  /** Adds a new version, current from now on; older ones stay, to open what they sealed. The new version. */
  rotate(): number;
}

/**
 * The key ring kept in `folder` as `master-<version>.key`: 32 random bytes each, mode 0600. The first is made here when
 * there is none: written aside and fsynced, linked into place, the folder fsynced; so two processes that start at once end
 * with the same key, and a crash leaves a whole key or none. Losing this folder loses everything sealed with it.
 * Errors: `not_configured` when a key file is open to others or damaged, `storage_full`.
 */
export function openKeyRing(folder: string): KeyRing {
  const masters = new Map<number, Buffer>();
  const add = (version: number): void => {
    create(folder, version);
    masters.set(version, read(folder, version));
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      const version = FILE.exec(name)?.[1];
      if (version !== undefined) masters.set(Number(version), read(folder, Number(version)));
      // Left by a crash while a key was made.
      else if (name.endsWith('.new')) rmSync(path.join(folder, name), { force: true });
    }
    if (masters.size === 0) add(1);
  } catch (thrown) {
    throw storageError(thrown);
  }
  const current = (): number => Math.max(...masters.keys());

  return {
    current,
    // Another process of this installation may have rotated.
    derive: createDerivation((version) => {
      const master = masters.get(version) ?? (existsSync(fileOf(folder, version)) ? read(folder, version) : null);
      if (master !== null) masters.set(version, master);
      return master;
    }),
    rotate: () => {
      try {
        add(current() + 1);
        return current();
      } catch (thrown) {
        throw storageError(thrown);
      }
    },
  };
}

const fileOf = (folder: string, version: number): string => path.join(folder, `master-${version}.key`);

function read(folder: string, version: number): Buffer {
  const file = fileOf(folder, version);
  const bytes = readFileSync(file);
  if (bytes.length !== MASTER_BYTES)
    throw new RectoError(
      'not_configured',
      `The master key ${file} is damaged: it has ${bytes.length} bytes instead of ${MASTER_BYTES}. Restore it from a backup; what it sealed cannot be read without it.`,
    );
  if (process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
    throw new RectoError(
      'not_configured',
      `The master key ${file} can be read by other users of this machine. Run: chmod 600 ${file}`,
    );
  return bytes;
}

/** No effect when that version exists already: whoever came first has made it. */
function create(folder: string, version: number): void {
  const temporary = path.join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.new`);
  try {
    const handle = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(handle, randomBytes(MASTER_BYTES));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    linkSync(temporary, fileOf(folder, version));
    syncDirectory(folder);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown;
  } finally {
    rmSync(temporary, { force: true });
  }
}
