import { mkdirSync } from 'node:fs';
import type { Precision } from '../ocr/model-list.ts';
import { pathOf } from '../ocr/models.ts';
import { ensureQuantized } from '../quantize/ensure-quantized.ts';
import type { Plan } from './plan.ts';
import type { Substitute } from './verified-files.ts';

/**
 * Which file runs in place of a model's own: on a CPU that gains from it, the int8 one where the manifest says that the
 * model bears it. Made at first need (under a second) and kept in `folder`. Where it cannot be made, the model's own runs.
 */
export function variantsIn(
  folder: string,
  precision: Plan['precision'],
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void,
): Substitute {
  return async (model, source) => {
    const own: { path: string; precision: Precision } = { path: source, precision: 'fp32' };
    if (precision !== 'int8' || !model.variants.includes('int8')) return own;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const variant = { precision: 'int8', classes: 'all' } as const;
      const keys = model.charset === null ? {} : { keyFile: pathOf(model.charset) };
      const made = await ensureQuantized({ source, variant, ...keys, cacheDir: folder });
      return { path: made.model, precision: 'int8' };
    } catch (error) {
      log('error', 'ocr: a model could not be quantized; it runs in fp32', { model: model.id, error: String(error) });
      return own;
    }
  };
}
