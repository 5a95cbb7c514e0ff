import type { PageNumber } from '../page.ts';

const WORD =
  '(?:page|pages|pg|p|seite|s|blatt|página|pagina|pág|pag|strona|str|sida|sid|side|sivu|sayfa|oldal|стр|страница)';
const OF = '(?:of|von|de|di|sur|van|av|af|z|из|/|\\|)';
const NUMBER = '(\\d{1,4})';
const DASH = '[-–—~*·.]*';

const NAMED = new RegExp(
  `(?:^|[\\s|·•,(\\[-])(${WORD}\\.?\\s{0,2}:?\\s{0,2}(?:no\\.?\\s{0,2})?${NUMBER}(?:\\s{0,2}${OF}\\s{0,2}${NUMBER})?)(?=$|[\\s|·•,)\\]-])`,
  'iu',
);
const NAMED_ROMAN = new RegExp(`^(${WORD}\\.?\\s{1,2}([ivxlc]{1,7}))$`, 'iu');
const OF_TOTAL = new RegExp(`^${DASH}\\s*${NUMBER}\\s{0,2}${OF}\\s{0,2}${NUMBER}\\s*${DASH}$`, 'iu');
const CJK = /^第?\s?(\d{1,4})\s?(?:页|頁|ページ)(?:\s?[/共]\s?(\d{1,4})\s?(?:页|頁)?)?$/u;
const ALONE = new RegExp(`^[-–—~*·.\\[(]*\\s*${NUMBER}\\s*[-–—~*·.\\])]*$`, 'u');
const ROMAN = /^[-–—[(]?\s*([ivxlc]{1,7}|[IVXLC]{2,7})\s*[-–—\])]?$/u;
const DIGITS: Readonly<Record<string, number>> = { i: 1, v: 5, x: 10, l: 50, c: 100 };

/** The value of a Roman number below 400 in lower or upper case; null when it is none as one would write it. */
export function romanValue(text: string): number | null {
  if (!/^(?=.)c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/i.test(text)) return null;
  const digits = [...text.toLowerCase()].map((letter) => DIGITS[letter] ?? 0);
  return digits.reduce((sum, digit, index) => sum + (digit < (digits[index + 1] ?? 0) ? -digit : digit), 0);
}

const counted = (text: string, number: string, total: string | undefined): PageNumber | null => {
  const [page, pages] = [Number(number), total === undefined ? null : Number(total)];
  return pages !== null && pages < page ? null : { text, number: page, total: pages };
};

/**
 * The page number that a line at the edge of a page says: `Page 3 of 9`, `- 14 -`, `iv`, `9/22`. `whole` is false when the
 * line says more than that. Null when it says none; a year alone is none.
 */
export function readPageNumber(line: string): { pageNumber: PageNumber; whole: boolean } | null {
  const text = line.trim();
  const named = NAMED.exec(text);
  if (named !== null) {
    const found = counted(named[1] ?? '', named[2] ?? '', named[3]);
    if (found !== null) return { pageNumber: found, whole: (named[1] ?? '').length >= text.length - 4 };
  }
  const parts = OF_TOTAL.exec(text) ?? CJK.exec(text);
  if (parts !== null) {
    const found = counted(text, parts[1] ?? '', parts[2]);
    if (found !== null) return { pageNumber: found, whole: true };
  }
  const alone = ALONE.exec(text);
  if (alone !== null && !/^(?:19|20)\d\d$/.test(text))
    return { pageNumber: { text, number: Number(alone[1]), total: null }, whole: true };
  const roman = ROMAN.exec(text)?.[1] ?? NAMED_ROMAN.exec(text)?.[2];
  const value = roman === undefined ? null : romanValue(roman);
  return value === null ? null : { pageNumber: { text, number: value, total: null }, whole: true };
}
