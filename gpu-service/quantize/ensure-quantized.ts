import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { buildVariant, TOOL_VERSION, type Variant } from './build-variant.ts';
import { findRecipe } from './recipe.ts';

export interface QuantizeRequest {
  /** The fp32 model file. */
  source: string;
  variant: Variant;
  /** The recognizer's key file; needed for `classes: 'latin'`. */
  keyFile?: string;
  cacheDir: string;
}

export interface QuantizedFiles {
  model: string;
  /** The key file of the variant: the one that was given where all classes are kept. */
  keyFile: string | null;
  /** Names the content: goes into versions of results. */
  version: string;
}

const receiptSchema = z.object({ model: z.string(), keyFile: z.string().nullable() });

/**
 * The files of a variant of a model: those in `cacheDir` when they are there and whole, else they are made (under a second,
 * no calibration) and put there. The name holds a hash of all that the result depends on: the model, the recipe, the key
 * file, the version of the tool. Several processes may ask at once: files appear whole, and each makes the same. Throws
 * ModelError when the variant cannot be made.
 */
export async function ensureQuantized(request: QuantizeRequest): Promise<QuantizedFiles> {
  const { variant, cacheDir } = request;
  const source = await readFile(request.source);
  const recipe = variant.precision === 'int8' ? await findRecipe(request.source, sha256(source)) : null;
  const given =
    variant.classes === 'latin' && request.keyFile !== undefined ? await readFile(request.keyFile, 'utf8') : null;
  const key = sha256(JSON.stringify([TOOL_VERSION, sha256(source), variant, recipe, given])).slice(0, 16);
  const stem = `${path.basename(request.source, '.onnx')}.${variant.precision}-${variant.classes}.${key}`;
  const place = (ending: string): string => path.join(cacheDir, `${stem}.${ending}`);
  const files = (hasKeys: boolean): QuantizedFiles => ({
    model: place('onnx'),
    keyFile: hasKeys ? place('txt') : (request.keyFile ?? null),
    version: stem,
  });

  const cached = await readReceipt(place('json'));
  if (cached !== null && (await isWhole(place('onnx'), cached.model)) && (await isWhole(place('txt'), cached.keyFile)))
    return files(cached.keyFile !== null);

  const built = await buildVariant(source, variant, { recipe, keyFile: given });
  await mkdir(cacheDir, { recursive: true });
  await put(place('onnx'), built.model);
  if (built.keyFile !== null) await put(place('txt'), built.keyFile);
  const receipt = { model: sha256(built.model), keyFile: built.keyFile === null ? null : sha256(built.keyFile) };
  await put(place('json'), JSON.stringify(receipt));
  return files(built.keyFile !== null);
}

export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

/** Nobody ever sees half a file. */
async function put(file: string, data: Uint8Array | string): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, data);
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readReceipt(file: string): Promise<z.infer<typeof receiptSchema> | null> {
  const text = await readIfThere(file);
  if (text === null) return null;
  try {
    return receiptSchema.parse(JSON.parse(text.toString()));
  } catch {
    // Damaged: the files are made again.
    return null;
  }
}

async function isWhole(file: string, expected: string | null): Promise<boolean> {
  if (expected === null) return true;
  const data = await readIfThere(file);
  return data !== null && sha256(data) === expected;
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
