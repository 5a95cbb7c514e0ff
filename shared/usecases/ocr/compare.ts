import { RectoError } from '../../domain/errors.ts';
import type { OcrComparison } from '../../domain/ocr-models.ts';
import type { UseCaseContext } from '../context.ts';
import { catalogueOf } from './models.ts';

const DPI = 200;

/** Reads one image with two or more models and tells where they differ; nothing is stored. Errors: those of `ModelCatalogue`. */
export async function compareModels(
  ctx: UseCaseContext,
  input: { bytes: Uint8Array; models: readonly string[]; signal?: AbortSignal },
): Promise<OcrComparison> {
  const { bytes: image, models, signal } = input;
  if (new Set(models).size < 2)
    throw new RectoError('invalid_request', 'Name two models or more that differ, separated by commas.');
  return catalogueOf(ctx).compare({ image, dpi: DPI, models, ...(signal === undefined ? {} : { signal }) });
}
