import { mkdirSync } from 'node:fs';
import type { ModelSpec } from '../ocr/model-list.ts';
import { type ModelRun, pathOf } from '../ocr/models.ts';
import type { Variant } from '../quantize/build-variant.ts';
import { ensureQuantized } from '../quantize/ensure-quantized.ts';
import type { Plan } from './plan.ts';
import type { Substitute } from './verified-files.ts';

/**
 * Which file runs in place of a model's own: on a CPU the int8 one where the CPU gains from it and the manifest says that the
 * model bears it, the fp16 one when it was asked for, else the rewritten one where the manifest says that it is faster. Made at first need (under a second) and
 * kept in `folder`. Where it cannot be made, the model's own runs: slower, of a Latin cut with all its
 * characters, and named as what it is.
 */
export function variantsIn(
  folder: string,
  { provider, precision }: Pick<Plan, 'provider' | 'precision'>,
  log: (level: 'info' | 'error', message: string, fields?: Record<string, unknown>) => void,
): Substitute {
  return async (model, source) => {
    const own: ModelRun = { path: source, precision: 'fp32', classes: 'all' };
    const variant = wanted(model, precision, provider);
    if (variant === null) return own;
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const keys = model.charset === null ? {} : { keyFile: pathOf(model.charset) };
      const made = await ensureQuantized({ source, variant, ...keys, cacheDir: folder });
      const run: ModelRun = { path: made.model, precision: variant.precision, classes: variant.classes };
      return made.keyFile === null ? run : { ...run, charsetPath: made.keyFile };
    } catch (error) {
      log('error', 'ocr: a variant of a model could not be made; its own file runs', {
        model: model.id,
        error: String(error),
      });
      return own;
    }
  };
}

function wanted(model: ModelSpec, precision: Plan['precision'], provider: Plan['provider']): Variant | null {
  const fits = model.variants.includes(precision) && (precision !== 'int8' || provider === 'cpu');
  const worthIt = fits || model.classes !== 'all' || (model.rewritten && provider === 'cpu');
  return worthIt ? { precision: fits ? precision : 'fp32', classes: model.classes } : null;
}
