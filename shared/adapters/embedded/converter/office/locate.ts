import { execFile } from 'node:child_process';
import { access, constants, realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { RectoError } from '../../../../domain/errors.ts';

const run = promisify(execFile);

export interface OfficeInstall {
  /** The program itself, not its shell wrapper: one process less, and its death is seen at once. */
  program: string;
  /** A Python that can `import uno`. */
  python: string;
  version: string;
}

const INSTALL_HINT =
  'apt-get install -y --no-install-recommends libreoffice-writer libreoffice-calc libreoffice-impress python3-uno fonts-liberation fonts-dejavu fonts-noto-core fonts-noto-cjk';
export const OFFICE_MISSING = `Office documents, text and HTML need LibreOffice, which is not installed here. Install it with: ${INSTALL_HINT}`;

/** How long Python may take to say whether it has the bridge: long, since a loaded machine is no missing program. */
const PROBE_MS = 30_000;
const endedFromOutside = z.object({ signal: z.string().nullish(), killed: z.boolean().nullish() });

const executable = async (file: string): Promise<boolean> => {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch (error) {
    // Absent or not executable: not a candidate.
    if (error instanceof Error) return false;
    throw error;
  }
};

async function findProgram(): Promise<string | null> {
  const dirs = (process.env.PATH ?? '').split(path.delimiter).filter((dir) => path.isAbsolute(dir));
  const candidates = [
    ...dirs.flatMap((dir) => [path.join(dir, 'soffice'), path.join(dir, 'libreoffice')]),
    '/usr/lib/libreoffice/program/soffice',
    '/opt/libreoffice/program/soffice',
    '/Applications/LibreOffice.app/Contents/MacOS/soffice',
  ];
  for (const candidate of candidates) {
    if (!(await executable(candidate))) continue;
    const real = await realpath(candidate);
    const binary = path.join(path.dirname(real), 'soffice.bin');
    return (await executable(binary)) ? binary : real;
  }
  return null;
}

/** Exported for its test. `probeMs`: of each candidate. */
export async function findPython(candidates: readonly string[], probeMs = PROBE_MS): Promise<string | null> {
  for (const python of candidates) {
    try {
      await run(python, ['-c', 'import uno'], { timeout: probeMs });
      return python;
    } catch (error) {
      const how = endedFromOutside.safeParse(error).data;
      if (how?.killed === true || typeof how?.signal === 'string')
        throw new RectoError(
          'conversion_unavailable',
          `Whether LibreOffice is there could not be told: its Python was ended (${how.signal ?? 'timeout'}) before it answered. It is asked again.`,
          { class: 'transient', cause: error },
        );
      // Not there, or without the bridge: try the next.
      if (!(error instanceof Error)) throw error;
    }
  }
  return null;
}

/**
 * LibreOffice with its Python bridge; null when either is missing. Starts no Office process. `conversion_unavailable` (transient)
 * when the question itself was cut off.
 */
export async function locateOffice(): Promise<OfficeInstall | null> {
  const program = await findProgram();
  if (program === null) return null;
  const python = await findPython([path.join(path.dirname(program), 'python'), '/usr/bin/python3', 'python3']);
  if (python === null) return null;
  return { program, python, version: await readVersion(path.dirname(program)) };
}

async function readVersion(programDir: string): Promise<string> {
  try {
    const { stdout } = await run(path.join(programDir, 'soffice'), ['--version'], { timeout: 10_000 });
    return /\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? 'unknown';
  } catch (error) {
    if (error instanceof Error) return 'unknown';
    throw error;
  }
}
