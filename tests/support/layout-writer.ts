import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import type { Box, Checkbox, PageNumber, Word } from '#shared/domain/page.ts';

export interface TrueCell {
  row: number;
  column: number;
  rowSpan: number;
  columnSpan: number;
  text: string;
}

export interface TrueTable {
  rows: number;
  columns: number;
  cells: TrueCell[];
  ruled: boolean;
}

/** What a drawn page says, in reading order. */
export interface TruePage {
  name: string;
  width: number;
  height: number;
  canvas: Canvas;
  words: Word[];
  tables: TrueTable[];
  checkboxes: Checkbox[];
  figures: Box[];
  pageNumber: PageNumber | null;
}

export interface Style {
  size: number;
  bold?: boolean;
  colour?: string;
}

/** Draws a page and takes down what it drew: words in the order in which they are written. */
export class LayoutWriter {
  readonly canvas: Canvas;
  readonly context: SKRSContext2D;
  readonly words: Word[] = [];
  readonly tables: TrueTable[] = [];
  readonly checkboxes: Checkbox[] = [];
  readonly figures: Box[] = [];
  pageNumber: PageNumber | null = null;

  readonly width: number;
  readonly height: number;
  readonly random: () => number;

  constructor(width: number, height: number, random: () => number) {
    this.width = width;
    this.height = height;
    this.random = random;
    this.canvas = createCanvas(width, height);
    this.context = this.canvas.getContext('2d');
    this.context.fillStyle = '#fff';
    this.context.fillRect(0, 0, width, height);
  }

  pick<T>(...values: [T, ...T[]]): T {
    return values[Math.floor(this.random() * values.length)] ?? values[0];
  }

  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  widthOf(text: string, style: Style): number {
    this.#use(style);
    return this.context.measureText(text).width;
  }

  /** One line; `x` is its left edge, right edge or middle, `y` its baseline. */
  text(text: string, x: number, y: number, style: Style, side: 'left' | 'right' | 'middle' = 'left'): void {
    this.#use(style);
    const width = this.context.measureText(text).width;
    const left = side === 'left' ? x : side === 'right' ? x - width : x - width / 2;
    this.context.fillStyle = style.colour ?? '#111';
    this.context.fillText(text, left, y);
    for (const match of text.matchAll(/\S+/g)) {
      const x0 = left + this.context.measureText(text.slice(0, match.index)).width;
      const box: Box = [
        x0,
        y - style.size * 0.74,
        x0 + this.context.measureText(match[0]).width,
        y + style.size * 0.22,
      ];
      this.words.push({ text: match[0], confidence: 1, box });
    }
  }

  /** Text broken into lines no wider than `width`. */
  wrap(text: string, width: number, style: Style): string[] {
    const lines: string[] = [];
    for (const word of text.split(' ')) {
      const last = lines.at(-1);
      const longer = `${last} ${word}`;
      if (last !== undefined && this.widthOf(longer, style) <= width) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  line(x0: number, y0: number, x1: number, y1: number, thick = 2, colour = '#222'): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = thick;
    this.context.beginPath();
    this.context.moveTo(x0, y0);
    this.context.lineTo(x1, y1);
    this.context.stroke();
  }

  checkbox(x: number, y: number, side: number, state: Checkbox['state']): void {
    const { context } = this;
    context.strokeStyle = '#111';
    context.lineWidth = 2.5;
    context.strokeRect(x, y, side, side);
    context.lineWidth = this.pick(2.5, 4);
    context.beginPath();
    if (state === 'crossed') {
      context.moveTo(x + 2, y + 2);
      context.lineTo(x + side - 2, y + side - 2);
      context.moveTo(x + side - 2, y + 2);
      context.lineTo(x + 2, y + side - 2);
    } else if (state === 'checked') {
      const out = this.pick(0, 6);
      context.moveTo(x + side * 0.2, y + side * 0.5);
      context.lineTo(x + side * 0.42, y + side * 0.78);
      context.lineTo(x + side * 0.85 + out, y + side * 0.15 - out);
    }
    context.stroke();
    this.checkboxes.push({ state, box: [x - 1, y - 1, x + side + 1, y + side + 1] });
  }

  done(name: string): TruePage {
    const { width, height, canvas, words, tables, checkboxes, figures, pageNumber } = this;
    return { name, width, height, canvas, words, tables, checkboxes, figures, pageNumber };
  }

  #use(style: Style): void {
    this.context.font = `${style.bold === true ? 'bold ' : ''}${style.size}px "Liberation Sans", "DejaVu Sans", Arial, sans-serif`;
  }
}
