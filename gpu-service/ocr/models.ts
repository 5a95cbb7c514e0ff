import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { englishCharset, keyFileCharset } from './charsets.ts';
import { MODELS, type ModelSpec, type Precision } from './model-list.ts';

/** A model with the file that is run: plain data, so that it can be handed to a thread. */
export interface ModelFile extends ModelSpec {
  /** Absolute. The file as it came, or one made of it in another precision. */
  path: string;
  /** Of the file at `path`. */
  precision: Precision;
  /** Absolute; null: printable ASCII in the order of PaddleOCR's en_dict, or not a recognizer. */
  charsetPath: string | null;
}

/** The file that is run in place of a model's own; `classes` and `charsetPath` where it has other ones. */
export interface ModelRun {
  path: string;
  precision: Precision;
  classes?: ModelSpec['classes'];
  charsetPath?: string;
}

/** What `PageReader.open` takes. */
export interface ReaderFiles {
  /** Names the versions of all parts; goes into every result. */
  version: string;
  detector: ModelFile;
  recognizer: ModelFile;
  /** Reads again what the first one doubts; null: there is only one. */
  second: ModelFile | null;
  classifier: ModelFile;
}

/** A composition of models: what a request, a tenant or the service's default names. */
export interface ReaderSpec {
  title: string;
  detector: string;
  recognizer: string;
  second: string | null;
  classifier: string;
}

const V6 = { detector: 'ppocr-v6-tiny-det', classifier: 'ppocr-v2-cls' };
const V4 = { detector: 'ppocr-v4-det', second: null, classifier: 'ppocr-v2-cls' };

/**
 * The readers a request may name. Those of PP-OCRv6 read some 50 languages; the earlier English ones know printable ASCII
 * only, and `ch` (Chinese and Latin) loses most spaces.
 */
export const READERS = {
  'ppocr-v6': {
    title: 'PP-OCRv6: the tiny recognizer reads, the small one reads doubtful lines again',
    ...V6,
    recognizer: 'ppocr-v6-tiny-rec',
    second: 'ppocr-v6-small-rec',
  },
  'ppocr-v6-tiny': { title: 'PP-OCRv6 tiny: the fastest', ...V6, recognizer: 'ppocr-v6-tiny-rec', second: null },
  'ppocr-v6-small': {
    title: 'PP-OCRv6 small: the most accurate',
    ...V6,
    recognizer: 'ppocr-v6-small-rec',
    second: null,
  },
  'ppocr-v6-latin': {
    title: 'PP-OCRv6 for Latin letters alone: faster; other scripts come out as wrong Latin letters',
    ...V6,
    recognizer: 'ppocr-v6-tiny-rec-latin',
    second: 'ppocr-v6-small-rec-latin',
  },
  en: { title: 'PP-OCRv4 detector, PP-OCRv3 English recognizer', ...V4, recognizer: 'ppocr-v3-en-rec' },
  'en-v4': { title: 'PP-OCRv4, English', ...V4, recognizer: 'ppocr-v4-en-rec' },
  ch: { title: 'PP-OCRv4, Chinese and Latin', ...V4, recognizer: 'ppocr-v4-ch-rec' },
} as const satisfies Record<string, ReaderSpec>;

export type ReaderId = keyof typeof READERS;
export const DEFAULT_READER: ReaderId = 'ppocr-v6';
export const READER_IDS = Object.keys(READERS).filter(isReaderId);
export function isReaderId(name: string): name is ReaderId {
  return Object.hasOwn(READERS, name);
}

/** The models a reader is made of, each once. */
export function modelsOf(id: ReaderId): ModelSpec[] {
  const { detector, recognizer, second, classifier }: ReaderSpec = READERS[id];
  return [detector, recognizer, second, classifier].flatMap((part) => (part === null ? [] : [modelNamed(part)]));
}

/**
 * The files of a reader. `runs` says which file runs in place of a model's own (a quantized one); default: its own.
 * Throws when a file is missing.
 */
export function readerFiles(
  id: ReaderId,
  runs: (model: ModelSpec) => ModelRun = (model) => ({ path: pathOf(model.file), precision: 'fp32' }),
): ReaderFiles {
  const { detector, recognizer, second, classifier }: ReaderSpec = READERS[id];
  const parts = {
    detector: fileOf(modelNamed(detector), runs),
    recognizer: fileOf(modelNamed(recognizer), runs),
    second: second === null ? null : fileOf(modelNamed(second), runs),
    classifier: fileOf(modelNamed(classifier), runs),
  };
  const names = [parts.detector, parts.recognizer, parts.second].flatMap((part) =>
    part === null ? [] : [nameOf(part)],
  );
  return { version: names.join('+'), ...parts };
}

/** The characters of a recognizer's classes: the blank first, the space last. */
export async function charsetOf(model: ModelFile): Promise<string[]> {
  return model.charsetPath === null ? englishCharset() : keyFileCharset(await readFile(model.charsetPath, 'utf8'));
}

/** Absolute path of a model's own file. */
export function pathOf(file: ModelSpec['file']): string {
  return file.package === null ? path.join(FOLDER, file.name) : inPackage(file.package, file.name);
}

function fileOf(model: ModelSpec, runs: (model: ModelSpec) => ModelRun): ModelFile {
  return { ...model, charsetPath: model.charset === null ? null : pathOf(model.charset), ...runs(model) };
}

/** Says of a part all that its results depend on; rewriting changes none. */
function nameOf({ version, precision, classes }: ModelFile): string {
  return [version, ...(classes === 'all' ? [] : [classes]), ...(precision === 'fp32' ? [] : [precision])].join(':');
}

function modelNamed(id: string): ModelSpec {
  const model = MODELS.find((one) => one.id === id);
  if (model === undefined) throw new Error(`The manifest has no model "${id}".`);
  return model;
}

const FOLDER = path.resolve(import.meta.dirname, '../models');
const require = createRequire(import.meta.url);

/** A file of an installed package, without asking the package's `exports`. Nothing is fetched at run time. */
function inPackage(name: string, file: string): string {
  const candidates = (require.resolve.paths(name) ?? []).map((folder) => path.join(folder, name, file));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined)
    throw new Error(`The model file ${file} of the npm package ${name} is missing; run npm install.`);
  return found;
}
