import type { Block, Box, Checkbox, Line, Page, PageNumber, Table, Word } from '../page.ts';
import type { CellGrid } from './spans.ts';

/** A language model says nothing of how sure it is of a word: below what is read beyond doubt, above what needs a look. */
export const UNMEASURED_CONFIDENCE = 0.9;

const BOXES = /[☐☑☒]/gu;
const STATES: Readonly<Record<string, Checkbox['state']>> = { '☐': 'unchecked', '☑': 'checked', '☒': 'crossed' };

/** Gathers what a page says, without places: every box is the whole page. */
export class WholePage {
  readonly #words: Word[] = [];
  readonly #lines: Line[] = [];
  readonly #blocks: Block[] = [];
  readonly #tables: Table[] = [];
  readonly #checkboxes: Checkbox[] = [];
  readonly #box: Box;
  pageNumber: PageNumber | null = null;

  constructor(size: { width: number; height: number }) {
    this.#box = [0, 0, size.width, size.height];
  }

  /** One block of lines; a line without a word is none. Nothing at all is added for a block that says nothing. */
  block(kind: Block['kind'], lines: readonly string[], content: string | null = null): void {
    const from = this.#lines.length;
    for (const line of lines) this.#line(line);
    const to = this.#lines.length;
    if (to > from || content !== null) this.#blocks.push({ kind, box: this.#box, lines: [from, to], content });
  }

  table(grid: CellGrid, header: number | null): void {
    const rows: string[][] = Array.from({ length: grid.rows }, () => []);
    for (const cell of grid.cells) rows[cell.row]?.push(cell.text);
    this.block(
      'table',
      rows.map((row) => row.join(' ')),
    );
    this.#tables.push({
      box: this.#box,
      rows: grid.rows,
      columns: grid.columns,
      header,
      ruled: false,
      cells: grid.cells.map(({ row, column, rowSpan, columnSpan, text }) => ({
        ...{ row, column, rowSpan, columnSpan, text },
        box: this.#box,
      })),
    });
  }

  #line(line: string): void {
    const texts = line.split(/\s+/).filter((text) => text !== '');
    if (texts.length === 0) return;
    const from = this.#words.length;
    for (const text of texts) {
      this.#words.push({ text, confidence: UNMEASURED_CONFIDENCE, box: this.#box });
      for (const [mark] of text.matchAll(BOXES))
        this.#checkboxes.push({ state: STATES[mark] ?? 'unchecked', box: this.#box });
    }
    this.#lines.push({
      text: texts.join(' '),
      confidence: UNMEASURED_CONFIDENCE,
      box: this.#box,
      words: [from, this.#words.length],
    });
  }

  get parts(): Pick<Page, 'words' | 'lines' | 'blocks' | 'tables' | 'checkboxes' | 'pageNumber'> {
    return {
      words: this.#words,
      lines: this.#lines,
      blocks: this.#blocks,
      tables: this.#tables,
      checkboxes: this.#checkboxes,
      pageNumber: this.pageNumber,
    };
  }
}
