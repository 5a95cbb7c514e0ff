import type { Block, Box, Line, Table, Word } from '../page.ts';
import type { Row } from './rows.ts';

/** A page's words, lines and blocks as they are put one after another, in reading order. */
export class Sheet {
  readonly words: Word[] = [];
  readonly lines: Line[] = [];
  readonly blocks: Block[] = [];
  readonly tables: Table[] = [];

  add(kind: Block['kind'], rows: readonly Row[], box: Box): void {
    const firstLine = this.lines.length;
    for (const row of rows) {
      const firstWord = this.words.length;
      for (const word of row.words) this.words.push(word);
      this.lines.push({
        text: row.words.map((word) => word.text).join(' '),
        confidence: row.words.reduce((sum, word) => sum + word.confidence, 0) / row.words.length,
        box: row.box,
        words: [firstWord, this.words.length],
      });
    }
    this.blocks.push({ kind, box, lines: [firstLine, this.lines.length], content: null });
  }
}
