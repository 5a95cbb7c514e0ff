import { layoutPage } from '../../domain/layout/layout-page.ts';
import type { Box, Checkbox, Page, Table, Word } from '../../domain/page.ts';
import { type LooseCell, placeCells } from '../../domain/vision/spans.ts';
import { withoutPlaces } from '../../domain/vision/without-places.ts';
import type { GoogleLayout, GooglePage, GoogleTable } from './document-ai-schema.ts';

type Size = Pick<Page, 'number' | 'width' | 'height' | 'dpi'>;

/** Of width to height, between the page that was sent and the one that was read. */
const SAME_SHAPE = 0.02;
const MAX_SPAN = 1000;

/**
 * Google's tokens as words with measured boxes, laid out by our own rules; its tables and check boxes as they are. A page
 * that Google turned or levelled before it read it has boxes on a picture that we do not have: it gets no places at all.
 */
export function pageOf(read: GooglePage, text: string, size: Size): Page {
  const reader = new Reader(read, text, size);
  const page = layoutPage({
    ...{ number: size.number, width: size.width, height: size.height, dpi: size.dpi },
    source: 'ocr',
    words: reader.words(),
    checkboxes: reader.checkboxes(),
  });
  const tables = read.tables.flatMap((table) => reader.table(table) ?? []);
  const whole = tables.length === 0 ? page : { ...page, tables };
  return read.transforms.length > 0 || !reader.sameShape ? withoutPlaces(whole) : whole;
}

class Reader {
  readonly #page: GooglePage;
  readonly #size: Size;
  readonly #slice: (start: number, end: number) => string;
  readonly sameShape: boolean;

  constructor(page: GooglePage, text: string, size: Size) {
    this.#page = page;
    this.#size = size;
    // Offsets count characters; JavaScript counts those beyond the basic plane twice.
    const characters = /[\ud800-\udbff]/.test(text) ? Array.from(text) : null;
    this.#slice = (start, end) =>
      characters === null ? text.slice(start, end) : characters.slice(start, end).join('');
    const { width = 0, height = 0 } = page.dimension ?? {};
    this.sameShape =
      width <= 0 || height <= 0 || Math.abs((width / height) * (size.height / size.width) - 1) < SAME_SHAPE;
  }

  #text(layout: GoogleLayout | undefined): string {
    return (layout?.textAnchor?.textSegments ?? []).map((part) => this.#slice(part.startIndex, part.endIndex)).join('');
  }

  /** Upright box around the polygon, in pixels of our image. */
  #box(layout: GoogleLayout | undefined): Box | null {
    const { normalizedVertices = [], vertices = [] } = layout?.boundingPoly ?? {};
    const { width, height } = this.#size;
    const [of, across, down] =
      normalizedVertices.length > 0
        ? [normalizedVertices, width, height]
        : [vertices, width / (this.#page.dimension?.width || width), height / (this.#page.dimension?.height || height)];
    if (of.length === 0) return null;
    const xs = of.map((point) => Math.min(width, Math.max(0, point.x * across)));
    const ys = of.map((point) => Math.min(height, Math.max(0, point.y * down)));
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }

  /** Google parts words at punctuation: tokens belong together until a space or a break comes. */
  words(): Word[] {
    const words: Word[] = [];
    let open: Word | null = null;
    for (const { layout, detectedBreak } of this.#page.tokens) {
      const raw = this.#text(layout);
      const text = raw.trim();
      const box = this.#box(layout);
      if (text === '' || box === null) continue;
      const confidence = Math.min(1, Math.max(0, layout.confidence));
      if (open === null) open = { text, confidence, box };
      else
        open = {
          text: open.text + text,
          confidence: Math.min(open.confidence, confidence),
          box: [
            Math.min(open.box[0], box[0]),
            Math.min(open.box[1], box[1]),
            Math.max(open.box[2], box[2]),
            Math.max(open.box[3], box[3]),
          ],
        };
      if (detectedBreak?.type === undefined && !/\s$/.test(raw)) continue;
      words.push(open);
      open = null;
    }
    return open === null ? words : [...words, open];
  }

  checkboxes(): Checkbox[] {
    const marks = [
      ...this.#page.visualElements.map((element) => ({ type: element.type, layout: element.layout })),
      ...this.#page.formFields.map((field) => ({ type: field.valueType, layout: field.fieldValue })),
    ];
    const found = new Map<string, Checkbox>();
    for (const { type, layout } of marks) {
      const box = this.#box(layout);
      if (box === null || (type !== 'filled_checkbox' && type !== 'unfilled_checkbox')) continue;
      // A form field and a visual element may speak of the same one.
      found.set(box.map(Math.round).join(), { state: type === 'filled_checkbox' ? 'checked' : 'unchecked', box });
    }
    return [...found.values()];
  }

  table(table: GoogleTable): Table | null {
    const rows = [...table.headerRows, ...table.bodyRows].map((row, index) =>
      row.cells.map((cell): LooseCell & { box: Box | null } => ({
        text: this.#text(cell.layout).replace(/\s+/g, ' ').trim(),
        header: index < table.headerRows.length,
        rowSpan: Math.min(MAX_SPAN, Math.max(1, cell.rowSpan)),
        columnSpan: Math.min(MAX_SPAN, Math.max(1, cell.colSpan)),
        box: this.#box(cell.layout),
      })),
    );
    const grid = placeCells(rows);
    const whole: Box = this.#box(table.layout) ?? [0, 0, this.#size.width, this.#size.height];
    if (grid.cells.length === 0) return null;
    return {
      box: whole,
      rows: grid.rows,
      columns: grid.columns,
      header: table.headerRows.length === 0 ? null : table.headerRows.length - 1,
      ruled: false,
      cells: grid.cells.map(({ row, column, rowSpan, columnSpan, text, box }) => ({
        ...{ row, column, rowSpan, columnSpan, text },
        box: box ?? whole,
      })),
    };
  }
}
