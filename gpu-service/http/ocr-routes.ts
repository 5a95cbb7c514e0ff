import { createHash } from 'node:crypto';
import { RectoError } from '../../shared/domain/errors.ts';
import { type OcrComparison, ocrComparisonSchema } from '../../shared/domain/ocr-models.ts';
import { OCR_FRAME_TYPE } from '../../shared/domain/ocr-wire.ts';
import { pageSchema } from '../../shared/domain/page.ts';
import { type ComparedRead, comparePages } from '../manager/compare.ts';
import { readBody } from './body.ts';
import { pagesOf } from './page-bodies.ts';
import type { ServiceParts } from './parts.ts';
import { ocrAnswer, pageJson, readPages } from './read-pages.ts';
import { type Call, queryOf, type Route } from './route.ts';
import { compareQuerySchema, ocrQuerySchema, referencesSchema, serviceAnswerSchema } from './schemas.ts';

export const ENGINE = 'recto-ppocr';

export const ocrRoutes = (parts: ServiceParts): Route[] => [
  {
    method: 'POST',
    path: '/v1/ocr',
    id: 'readPages',
    summary: 'Read pages',
    description:
      'One image, a frame of up to 64 pages (4-byte big-endian length, JSON header of that length, the images), or references to pages that are fetched. Boxes are in pixels of the image as it is displayed. A result is found again in the cache by callers that send the same `x-recto-cache-scope`; `cache-control: no-store` neither looks nor keeps.',
    access: 'caller',
    query: ocrQuerySchema,
    bodies: { 'image/*': null, [OCR_FRAME_TYPE]: null, 'application/json': referencesSchema },
    answer: serviceAnswerSchema,
    handle: async (call) => {
      takeNothingIn(parts);
      const { model, pages, release } = await pagesOf(parts, call);
      try {
        const useCache = !/\bno-store\b/.test(call.request.headers['cache-control'] ?? '');
        const options = { scope: scopeOf(call), useCache, gone: call.gone };
        const results = await readPages(parts, model ?? parts.manager.defaultReader, pages, options);
        const { response } = call;
        if (!response.destroyed)
          response.writeHead(200, { 'content-type': 'application/json' }).end(ocrAnswer(ENGINE, results));
        return null;
      } finally {
        release();
      }
    },
  },
  {
    method: 'POST',
    path: '/v1/ocr/compare',
    id: 'compareModels',
    summary: 'Read one image with several models and tell where they differ',
    access: 'caller',
    query: compareQuerySchema,
    bodies: { 'image/*': null },
    answer: ocrComparisonSchema,
    handle: async (call) => {
      takeNothingIn(parts);
      const { models, dpi } = queryOf(compareQuerySchema, call);
      const { bytes, release } = await readBody(call.request, parts.config.maxBodyBytes, parts.budget);
      try {
        const read: ComparedRead[] = [];
        // One after another: their seconds are to be compared.
        for (const id of models) {
          const options = { scope: '', useCache: false, gone: call.gone };
          const [result] = await readPages(parts, id, [{ number: 1, dpi, image: bytes }], options);
          if (result === undefined) throw new RectoError('internal', 'A page that was read got lost.');
          const { model: version, seconds } = result;
          read.push({ id, version, seconds, page: pageSchema.parse(JSON.parse(pageJson(result))) });
        }
        const { models: told, comparisons } = comparePages(read);
        const onCpu = parts.plan.provider === 'cpu';
        const costOf = (seconds: number) => ({ coreSeconds: onCpu ? seconds : 0, gpuSeconds: onCpu ? 0 : seconds });
        const withCost = told.map((one) => ({ ...one, cost: costOf(one.seconds) }));
        return { body: { models: withCost, comparisons } satisfies OcrComparison };
      } finally {
        release();
      }
    },
  },
];

function takeNothingIn({ draining }: ServiceParts): void {
  if (draining())
    throw new RectoError('dependency_unavailable', 'The OCR service is shutting down; try another instance.', {
      retryAfter: 1,
    });
}

/** Kept as a digest: what a caller calls its tenants is none of our business. */
function scopeOf(call: Call): string {
  const given = call.request.headers['x-recto-cache-scope'];
  return typeof given === 'string' ? createHash('sha256').update(given).digest('hex') : '';
}
