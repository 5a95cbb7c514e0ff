import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { MODELS } from '../ocr/model-list.ts';
import { modelsOf, pathOf, READER_IDS } from '../ocr/models.ts';
import { verified, verifiedFiles } from './verified-files.ts';

const asTheyCome = async (_: unknown, source: string) => ({ path: source, precision: 'fp32' as const });

it('every model of the manifest is there, and is the one that it names', async () => {
  for (const id of READER_IDS) await verifiedFiles(id, asTheyCome);
  expect(new Set(READER_IDS.flatMap((id) => modelsOf(id).map((model) => model.id))).size).toBe(MODELS.length);
});

it('a model of which one byte differs, or which is missing, is refused by its name', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-models-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [model] = modelsOf('ppocr-v6');
  if (model === undefined) throw new Error('no model');
  const file = path.join(folder, 'model.onnx');
  copyFileSync(pathOf(model.file), file);
  await expect(verified(model, file)).resolves.toBe(file);
  writeFileSync(file, 'x', { flag: 'r+' });
  const refused = { code: 'model_damaged', details: { model: model.id } };
  await expect(verified(model, file)).rejects.toMatchObject(refused);
  await expect(verified(model, path.join(folder, 'none'))).rejects.toMatchObject(refused);
});

it('what runs in place of a model is named in the version of the reader', async () => {
  const files = await verifiedFiles('ppocr-v6', async (model, source) => ({
    path: source,
    precision: model.id === 'ppocr-v6-small-rec' ? 'int8' : 'fp32',
  }));
  expect(files.version).toBe('PP-OCRv6_tiny_det+PP-OCRv6_tiny_rec+PP-OCRv6_small_rec:int8');
});
