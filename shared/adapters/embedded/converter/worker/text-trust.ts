import type { Word } from '../../../../domain/page.ts';

export interface LayerStats {
  /** Visible on the page: inside its edges. */
  chars: number;
  /** Replacement, private-use and control characters, and glyphs whose character the file does not tell. */
  suspect: number;
  /** Painted in no colour, as OCR programs lay text over a scan. */
  invisible: number;
  /** Without width or height. */
  misplaced: number;
  /** Things that the page paints. */
  objects: number;
  /** Share of the page that pictures cover. */
  imageCover: number;
}

export const isSuspect = (code: number): boolean =>
  code === 0xfffd ||
  code < 32 ||
  (code >= 0x7f && code < 0xa0) ||
  (code >= 0xe000 && code <= 0xf8ff) ||
  code >= 0xf0000;

/** Latin words that no language has: four letters or more without a vowel, or capitals amid small letters. */
export function gibberishShare(words: readonly Word[]): number {
  const latin = words
    .map((word) => word.text.replace(/^\P{L}+|\P{L}+$/gu, ''))
    .filter((text) => /^[a-zA-Z]{4,}$/.test(text));
  if (latin.length < 10) return 0;
  const odd = latin.filter(
    (text) => !/[aeiouy]/i.test(text) || /[a-z][A-Z][a-z]*[A-Z]/.test(text) || /(.)\1\1/i.test(text),
  );
  return odd.length / latin.length;
}

/**
 * Whether a page's own text may stand for what people see on it. It may not when it is mostly unreadable, when it was laid
 * unseen over a scan by a program we know nothing of, or when pictures fill a page that has hardly any text.
 */
export function trustsLayer(stats: LayerStats, words: readonly Word[]): boolean {
  // A page on which nothing is painted is read completely by reading nothing.
  if (stats.objects === 0) return true;
  if (stats.chars === 0 || words.length === 0) return false;
  if (stats.suspect / stats.chars > 0.1 || stats.misplaced / stats.chars > 0.3) return false;
  if (stats.imageCover > 0.5 && (stats.invisible / stats.chars > 0.5 || stats.chars < 200)) return false;
  if (stats.imageCover > 0.2 && stats.chars < 60) return false;
  if (stats.invisible / stats.chars > 0.9) return false;
  return gibberishShare(words) < 0.3;
}
