import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { RectoError } from '../../shared/domain/errors.ts';
import type { ModelSpec } from '../ocr/model-list.ts';
import { type ModelRun, modelsOf, pathOf, type ReaderFiles, type ReaderId, readerFiles } from '../ocr/models.ts';

/** The file that runs in place of a model's own. */
export type Substitute = (model: ModelSpec, source: string) => Promise<ModelRun>;

/**
 * The files of a reader, each model's own compared with the manifest's checksum first. Errors: `model_damaged` when one is
 * missing or another than the manifest names.
 */
export async function verifiedFiles(id: ReaderId, substitute: Substitute): Promise<ReaderFiles> {
  const runs = new Map<string, ModelRun>();
  for (const model of modelsOf(id)) {
    const source = await verified(model);
    runs.set(model.id, await substitute(model, source));
  }
  return readerFiles(id, (model) => runs.get(model.id) ?? { path: pathOf(model.file), precision: 'fp32' });
}

/** Resolves with the file; `file`: default where the manifest says. */
export async function verified(model: ModelSpec, file?: string): Promise<string> {
  let found: string;
  let source = file ?? model.file.name;
  try {
    source = file ?? pathOf(model.file);
    found = await sha256(source);
  } catch (cause) {
    throw damaged(model, `its file ${source} cannot be read`, cause);
  }
  if (found !== model.sha256)
    throw damaged(model, `its file has the SHA-256 ${found}, not the manifest's ${model.sha256}`);
  return source;
}

const damaged = (model: ModelSpec, why: string, cause?: unknown): RectoError =>
  new RectoError('model_damaged', `The model "${model.id}" is not loaded: ${why}. Install it again.`, {
    details: { model: model.id },
    cause,
  });

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 20 })) hash.update(chunk);
  return hash.digest('hex');
}
