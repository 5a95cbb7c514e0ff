import { RectoError, toRectoError } from '../../shared/domain/errors.ts';
import type { CachedPage } from '../manager/cached-page.ts';
import { checkPixels } from '../ocr/decode.ts';
import { readImageHeader } from '../ocr/image-header.ts';
import type { ReaderId } from '../ocr/models.ts';
import type { ServiceParts } from './parts.ts';

export interface PageRequest {
  number: number;
  dpi: number;
  image: Uint8Array;
}

export interface PageResult extends CachedPage {
  number: number;
  cached: boolean;
}

/**
 * Reads pages with one reader, those it has read before from the cache; in the order given. All or none: the first error
 * is that of the call.
 */
export async function readPages(
  parts: ServiceParts,
  reader: ReaderId,
  pages: readonly PageRequest[],
  options: { scope: string; useCache: boolean; gone: AbortSignal },
): Promise<PageResult[]> {
  const { metrics, pool, manager, cache } = parts;
  try {
    // From the headers alone: what cannot be read takes no place in the queue.
    for (const { image } of pages) checkPixels(readImageHeader(image), parts.config.maxPixels);
    return await manager.use(reader, async (version) => {
      const keys = pages.map(({ image, dpi }) => cache.keyOf(image, { scope: options.scope, reader, version, dpi }));
      const found = await Promise.all(keys.map((key) => (options.useCache ? cache.get(key, reader) : null)));
      const missing = pages.filter((_, index) => found[index] === null);
      const answers = missing.length === 0 ? [] : await pool.run(reader, missing, options.gone);
      const results: PageResult[] = [];
      for (const [index, { number }] of pages.entries()) {
        const hit = found[index] ?? null;
        metrics.pages.inc({ outcome: hit === null ? 'read' : 'cached' });
        if (hit !== null) {
          results.push({ ...hit, number, cached: true });
          continue;
        }
        const answer = answers.shift();
        if (answer === undefined) throw new RectoError('internal', 'A page that was read got lost.');
        const { page, model, seconds, stages } = answer;
        metrics.pageSeconds.observe(seconds);
        for (const [stage, spent] of Object.entries(stages)) metrics.stageSeconds.observe({ stage }, spent);
        if (options.useCache) await cache.put(keys[index] ?? '', reader, { page, model, seconds });
        results.push({ page, model, seconds, number, cached: false });
      }
      return results;
    });
  } catch (thrown) {
    metrics.pages.inc({ outcome: toRectoError(thrown).code }, pages.length);
    throw thrown;
  }
}

/** The answer's JSON, made of the pages' as they are: they are large, and need not be parsed for this. */
export function ocrAnswer(engine: string, results: readonly PageResult[]): Buffer {
  const tail = {
    engine,
    model: results[0]?.model ?? '',
    cached: results.every(({ cached }) => cached),
    reads: results.map(({ cached, seconds }) => ({ cached, seconds })),
  };
  const pages = results.flatMap((result, index) => [Buffer.from(index === 0 ? '' : ','), ...numbered(result)]);
  return Buffer.concat([Buffer.from('{"pages":['), ...pages, Buffer.from(`],${JSON.stringify(tail).slice(1)}`)]);
}

/** The JSON of a page without its number, with its number. */
const numbered = ({ number, page }: PageResult): Uint8Array[] => [
  Buffer.from(`{"number":${number},`),
  page.subarray(1),
];
export const pageJson = (result: PageResult): string => Buffer.concat(numbered(result)).toString();
