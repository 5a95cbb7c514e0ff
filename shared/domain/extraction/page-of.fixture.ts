import { type Page, PLAIN_PAGE, type Word } from '../page.ts';

/** A page in fixed pitch: each character is 10 pixels wide, each line 20 high and 26 from the next. */
export function pageOf(text: readonly string[]): Page {
  const words: Word[] = [];
  const lines: Page['lines'] = [];
  for (const [index, line] of text.entries()) {
    const y = 20 + index * 26;
    const start = words.length;
    for (const match of line.matchAll(/\S+/g)) {
      const x = 20 + match.index * 10;
      words.push({ text: match[0], confidence: 1, box: [x, y, x + match[0].length * 10, y + 20] });
    }
    lines.push({
      text: line,
      confidence: 1,
      box: [20, y, 20 + line.length * 10, y + 20],
      words: [start, words.length],
    });
  }
  return {
    number: 1,
    width: 1700,
    height: 2200,
    dpi: 200,
    source: 'textLayer',
    words,
    lines,
    blocks: [],
    tables: [],
    ...PLAIN_PAGE,
  };
}
