import type { Inference, OcrPageInput, OcrReading } from '../../ports/inference.ts';
import { MAX_HTTP1_BYTES } from './large-requests.ts';

/**
 * Pages in groups of at most so many bytes, in their order; one that is larger alone is a group of its own, which is
 * sent over HTTP/2 (large-requests.ts).
 */
export function groupsOf(pages: readonly OcrPageInput[], maxBytes = MAX_HTTP1_BYTES): OcrPageInput[][] {
  const groups: OcrPageInput[][] = [];
  let size = 0;
  for (const page of pages) {
    const last = groups.at(-1);
    if (last === undefined || size + page.image.length > maxBytes) {
      groups.push([page]);
      size = page.image.length;
    } else {
      last.push(page);
      size += page.image.length;
    }
  }
  return groups;
}

const sum = (a: number | null | undefined, b: number | null | undefined): number | null =>
  a === null || a === undefined ? (b ?? null) : a + (b ?? 0);

/** What several calls read, as if one had. */
function joined(readings: readonly [OcrReading, ...OcrReading[]]): OcrReading {
  const [first, ...others] = readings;
  return others.reduce<OcrReading>((all, next) => {
    const degraded = all.degraded ?? next.degraded;
    const usage =
      all.usage === undefined && next.usage === undefined
        ? {}
        : {
            usage: {
              inputTokens: sum(all.usage?.inputTokens, next.usage?.inputTokens),
              outputTokens: sum(all.usage?.outputTokens, next.usage?.outputTokens),
              costUsd: sum(all.usage?.costUsd, next.usage?.costUsd),
            },
          };
    const { engine, model } = next;
    return {
      pages: [...all.pages, ...next.pages],
      engine,
      model,
      ...(degraded === undefined ? {} : { degraded }),
      ...usage,
    };
  }, first);
}

/** The same engines, called one group of pages after another where all of them together are too much for one request. */
export function withinRequestLimit<T extends Inference>(inference: T, maxBytes = MAX_HTTP1_BYTES): T {
  return {
    ...inference,
    ocr: async (params) => {
      const [first, ...others] = groupsOf(params.pages, maxBytes);
      const readings: [OcrReading, ...OcrReading[]] = [await inference.ocr({ ...params, pages: first ?? [] })];
      for (const pages of others) readings.push(await inference.ocr({ ...params, pages }));
      return joined(readings);
    },
  };
}
