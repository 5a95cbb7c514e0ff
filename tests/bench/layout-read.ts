import { DEFAULT_READER, readerFiles } from '#gpu/ocr/models.ts';
import { PageReader } from '#gpu/ocr/page-reader.ts';
import type { Word } from '#shared/domain/page.ts';
import { layoutPageOf } from '../support/layout-pages.ts';
import type { TruePage } from '../support/layout-writer.ts';

/** Drawn pages with the words that the OCR service's reader finds on them. */
export async function* readDrawn(count: number): AsyncGenerator<{ truth: TruePage; words: Word[] }> {
  const reader = await PageReader.open(readerFiles(DEFAULT_READER));
  try {
    for (let seed = 0; seed < count; seed++) {
      const truth = layoutPageOf(seed);
      const { width, height } = truth;
      const data = truth.canvas.getContext('2d').getImageData(0, 0, width, height).data;
      const { words, turned } = await reader.read({ width, height, data });
      if (turned === 0) yield { truth, words };
    }
  } finally {
    await reader.close();
  }
}
