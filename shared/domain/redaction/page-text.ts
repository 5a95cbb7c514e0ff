import type { Page } from '../page.ts';

/** Where a word of the page stands in the page's text. */
export interface PlacedWord {
  /** Index into the page's `words`. */
  index: number;
  start: number;
  end: number;
  /** Index of its line; words of no line are -1. */
  line: number;
}

export interface PageText {
  text: string;
  words: readonly PlacedWord[];
}

/**
 * A page's text built from its words, so that every offset leads to boxes: words by spaces, lines by line breaks, a blank
 * line between blocks. Words and lines that no block or line holds come last, so that none is overlooked.
 */
export function buildPageText(page: Pick<Page, 'words' | 'lines' | 'blocks'>): PageText {
  const parts: string[] = [];
  const placed: PlacedWord[] = [];
  const usedWords = new Set<number>();
  const usedLines = new Set<number>();
  let offset = 0;
  const push = (text: string) => {
    parts.push(text);
    offset += text.length;
  };
  const word = (index: number, line: number, first: boolean) => {
    const entry = page.words[index];
    if (entry === undefined || usedWords.has(index)) return false;
    usedWords.add(index);
    if (!first) push(' ');
    placed.push({ index, start: offset, end: offset + entry.text.length, line });
    push(entry.text);
    return true;
  };
  const line = (index: number) => {
    const entry = page.lines[index];
    if (entry === undefined || usedLines.has(index)) return;
    usedLines.add(index);
    if (offset > 0 && parts.at(-1) !== '\n\n') push('\n');
    let first = true;
    for (let i = entry.words[0]; i < entry.words[1]; i++) if (word(i, index, first)) first = false;
  };
  for (const block of page.blocks) {
    if (block.lines[1] <= block.lines[0]) continue;
    if (offset > 0) push('\n\n');
    for (let i = block.lines[0]; i < block.lines[1]; i++) line(i);
  }
  page.lines.forEach((_, index) => {
    line(index);
  });
  page.words.forEach((_, index) => {
    if (usedWords.has(index)) return;
    if (offset > 0) push('\n');
    word(index, -1, true);
  });
  return { text: parts.join(''), words: placed };
}
