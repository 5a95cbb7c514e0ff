import { RectoError } from '../../domain/errors.ts';
import type { OcrModels } from '../../domain/ocr-models.ts';
import type { ModelCatalogue } from '../../ports/inference.ts';
import type { UseCaseContext } from '../context.ts';

/** What `ocrModel` in the tenant's settings may name. Errors: `not_configured` where there is nothing to choose from. */
export function listModels(ctx: UseCaseContext, signal?: AbortSignal): Promise<OcrModels> {
  return catalogueOf(ctx).models(signal);
}

export function catalogueOf({ platform }: UseCaseContext): ModelCatalogue {
  const { catalogue } = platform.inference;
  if (catalogue !== undefined) return catalogue;
  throw new RectoError('not_configured', 'The OCR engine of this installation has no models to choose from.');
}
