import { randomUUID } from 'node:crypto';
import { rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ServiceProcess } from '../adapters/embedded/service-process.ts';
import type { EngineRegistry } from '../adapters/inference/engine-registry.ts';
import { tenants } from '../domain/collections.ts';
import { toRectoError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Converter } from '../ports/converter.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { DependencyHealth } from '../ports/platform.ts';
import { ocrHealth } from './ocr-health.ts';

/** Below this the disk counts as full before it is. */
const MIN_FREE_BYTES = 64 * 1024 * 1024;

interface Probe {
  name: string;
  required: boolean;
  /** Rejects, saying why, when the dependency does not work. */
  check: () => Promise<void>;
}

/** Asks each dependency, and remembers when it last answered well. */
export function embeddedHealth(params: {
  root: string;
  store: DocumentStore;
  converter: Converter;
  /** Null when the service runs elsewhere. */
  ocr: ServiceProcess | null;
  engines: EngineRegistry;
  clock: Clock;
}): () => Promise<DependencyHealth[]> {
  const { root, clock } = params;
  const ocr = ocrHealth(params);
  const last = new Map<string, number>();
  const probes: Probe[] = [
    { name: 'store', required: true, check: async () => void (await params.store.query(tenants, { limit: 1 })) },
    { name: 'disk', required: true, check: () => checkDisk(root) },
  ];
  return async () => {
    const answers = await Promise.all(
      probes.map(async ({ name, required, check }): Promise<DependencyHealth> => {
        try {
          await check();
          last.set(name, clock.now());
          return { name, ok: true, required, lastSuccessAt: clock.now(), message: null };
        } catch (thrown) {
          const message = thrown instanceof Error ? thrown.message : toRectoError(thrown).message;
          return { name, ok: false, required, lastSuccessAt: last.get(name) ?? null, message };
        }
      }),
    );
    const engines = await ocr();
    const office = await params.converter.office();
    const message = office.available
      ? office.version
      : 'LibreOffice was not found; Office files cannot be converted (npm start prints how to install it)';
    return [
      ...answers,
      ...engines,
      { name: 'office', ok: office.available, required: false, lastSuccessAt: office.lastSuccessAt, message },
    ];
  };
}

async function checkDisk(root: string): Promise<void> {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  if (free < MIN_FREE_BYTES) throw new Error(`only ${free} bytes are free under the data directory`);
  const file = path.join(root, 'tmp', `.probe-${randomUUID()}`);
  await writeFile(file, 'probe', { flag: 'wx' });
  await rm(file);
}
