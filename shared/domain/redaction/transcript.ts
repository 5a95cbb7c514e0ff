import { type OcrResult, type Page, pageOfTexts } from '../page.ts';
import type { PlacedSaying, SpokenWord } from './media.ts';
import { buildPageText } from './page-text.ts';

/**
 * A transcript as the one page that it would be if it were written down, so that all that finds and redacts text does so
 * here. It has no places: every box is the whole page.
 */
export function transcriptPage(words: readonly SpokenWord[]): Page {
  return { ...pageOfTexts(words.map((word) => word.text)), geometry: 'none' };
}

/** What the redaction of documents takes, of a transcript; of none: no page at all. */
export function transcriptResult(words: readonly SpokenWord[]): OcrResult {
  const pages = words.length === 0 ? [] : [transcriptPage(words)];
  return {
    engine: 'transcript',
    model: null,
    pages,
    account: { total: pages.length, ocr: 0, textLayer: pages.length, failed: 0 },
    failedPages: [],
  };
}

/** Where each word stands in the text of `transcriptPage`. */
export function placeSayings(words: readonly SpokenWord[]): PlacedSaying[] {
  return buildPageText(transcriptPage(words)).words.flatMap(({ index, start, end }) => {
    const word = words[index];
    return word === undefined ? [] : [{ word, start, end }];
  });
}
