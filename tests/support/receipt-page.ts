import { type Box, type Page, PLAIN_PAGE, type Word } from '#shared/domain/page.ts';

/** Words of a printed line, each given its share of the box by its characters. */
export function wordsOf(text: string, box: Box, confidence = 1): Word[] {
  const perCharacter = (box[2] - box[0]) / Math.max(1, text.length);
  return [...text.matchAll(/\S+/g)].map((match) => ({
    text: match[0],
    confidence,
    box: [box[0] + match.index * perCharacter, box[1], box[0] + (match.index + match[0].length) * perCharacter, box[3]],
  }));
}

/** A page from lines `x1,y1,x2,y2,x3,y3,x4,y4,text`: a quadrangle and what it holds. */
export function receiptPage(csv: string): Page {
  const words: Word[] = [];
  const lines: Page['lines'] = [];
  for (const line of csv.split(/\r?\n/)) {
    const parts = line.split(',');
    if (parts.length < 9) continue;
    const numbers = parts.slice(0, 8).map(Number);
    const xs = numbers.filter((_, index) => index % 2 === 0);
    const ys = numbers.filter((_, index) => index % 2 === 1);
    const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    const text = parts.slice(8).join(',');
    const start = words.length;
    words.push(...wordsOf(text, box));
    lines.push({ text, confidence: 1, box, words: [start, words.length] });
  }
  const right = Math.max(0, ...words.map((word) => word.box[2]));
  const bottom = Math.max(0, ...words.map((word) => word.box[3]));
  return {
    number: 1,
    width: right,
    height: bottom,
    dpi: 200,
    source: 'ocr',
    words,
    lines,
    blocks: [],
    tables: [],
    ...PLAIN_PAGE,
  };
}
