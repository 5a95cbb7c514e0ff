import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { layoutPage } from '../../shared/domain/layout/layout-page.ts';
import type { PageMarks } from '../../shared/domain/layout/marks.ts';
import type { Word } from '../../shared/domain/page.ts';
import { assemblePage } from './assemble-page.ts';
import { findMarks } from './page-marks.ts';
import { type Raster, turn } from './raster.ts';

const WIDTH = 900;
const HEIGHT = 1200;

/** A page of drawn `marks` and lines of text, with the words where they were drawn. */
function drawn(
  marks: (context: SKRSContext2D) => void,
  lines: readonly [string, number, number][] = [],
): { raster: Raster; words: Word[] } {
  const canvas = createCanvas(WIDTH, HEIGHT);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, WIDTH, HEIGHT);
  context.strokeStyle = '#111';
  context.fillStyle = '#111';
  context.lineWidth = 2;
  context.font = '20px "Liberation Sans", "DejaVu Sans", Arial, sans-serif';
  const words = lines.flatMap(([text, x, y]) =>
    [...text.matchAll(/\S+/g)].map((match): Word => {
      const x0 = x + context.measureText(text.slice(0, match.index)).width;
      return { text: match[0], confidence: 1, box: [x0, y - 15, x0 + context.measureText(match[0]).width, y + 4] };
    }),
  );
  for (const [text, x, y] of lines) context.fillText(text, x, y);
  marks(context);
  return { raster: { width: WIDTH, height: HEIGHT, data: context.getImageData(0, 0, WIDTH, HEIGHT).data }, words };
}

const line = (context: SKRSContext2D, x0: number, y0: number, x1: number, y1: number): void => {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
};
const marksOf = ({ raster, words }: { raster: Raster; words: Word[] }): PageMarks => findMarks(raster, words);

describe('rulings', () => {
  it.each([
    ['level', 100, 300, 800, 300],
    ['slightly falling', 100, 300, 800, 335],
    ['upright', 400, 200, 400, 900],
    ['slightly leaning', 400, 200, 365, 900],
  ])('are found from end to end: %s', (_, x0, y0, x1, y1) => {
    const { rulings } = marksOf(drawn((context) => line(context, x0, y0, x1, y1)));
    expect(rulings).toHaveLength(1);
    const [found] = rulings;
    for (const [value, known] of [
      [found?.x0, x0],
      [found?.y0, y0],
      [found?.x1, x1],
      [found?.y1, y1],
    ])
      expect(Math.abs((value ?? 0) - (known ?? 0))).toBeLessThan(4);
  });

  it('go on over small gaps, and are neither letters nor bars', () => {
    const text: [string, number, number][] = [
      ['Illicit little hills will fill until it is full of lilies', 100, 200],
      ['EEE FFF TTT HHH LLL minimum', 100, 240],
    ];
    const { rulings } = marksOf(
      drawn((context) => {
        line(context, 100, 300, 440, 300);
        line(context, 448, 300, 800, 300);
        context.fillRect(100, 500, 600, 40);
      }, text),
    );
    expect(rulings).toHaveLength(1);
    expect((rulings[0]?.x1 ?? 0) - (rulings[0]?.x0 ?? 0)).toBeGreaterThan(690);
  });

  it('make a table of the words between them', () => {
    const page = drawn(
      (context) => {
        for (const y of [100, 150, 200, 250]) line(context, 100, y, 700, y);
        for (const x of [100, 300, 500, 700]) line(context, x, 100, x, 250);
      },
      [0, 1, 2].flatMap((row) =>
        [0, 1, 2].map((column): [string, number, number] => [
          `cell ${row}${column}`,
          110 + 200 * column,
          132 + 50 * row,
        ]),
      ),
    );
    const { raster, words } = page;
    const loose = { number: 1, width: WIDTH, height: HEIGHT, dpi: 100, source: 'ocr', words } as const;
    expect(layoutPage({ ...loose, ...marksOf(page) }).tables[0]).toMatchObject({ rows: 3, columns: 3, ruled: true });

    // The same page as it came, on its side: boxes lie where they are in that image.
    const seconds = { detect: 0, classify: 0, recognize: 0, second: 0 };
    const sideways = turn(raster, 270);
    const { width, height } = sideways;
    const found = assemblePage(
      { number: 1, width, height, dpi: 100 },
      { words, lines: [], turned: 90, seconds },
      sideways,
    );
    expect(found.tables[0]).toMatchObject({ rows: 3, columns: 3 });
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = found.tables[0]?.box ?? [];
    for (const [value, known] of [
      [x0, 100],
      [x1, 250],
      [y0, 200],
      [y1, 800],
    ] as const)
      expect(Math.abs(value - known)).toBeLessThan(4);
  });
});

describe('check boxes', () => {
  const box = (context: SKRSContext2D, y: number, inside: () => void = () => {}): void => {
    context.strokeRect(100, y, 18, 18);
    inside();
  };

  it('are empty, checked or crossed by what is inside', () => {
    const { checkboxes } = marksOf(
      drawn(
        (context) => {
          box(context, 100);
          box(context, 140, () => {
            line(context, 104, 149, 108, 154);
            line(context, 108, 154, 116, 143);
          });
          box(context, 180, () => {
            line(context, 101, 181, 117, 197);
            line(context, 117, 181, 101, 197);
          });
          box(context, 220, () => context.fillRect(100, 220, 18, 18));
        },
        [0, 1, 2, 3].map((row): [string, number, number] => ['an option', 140, 115 + 40 * row]),
      ),
    );
    expect(checkboxes.map((one) => one.state)).toEqual(['unchecked', 'checked', 'crossed', 'checked']);
    expect(checkboxes[0]?.box.map((value) => Math.round(value / 4))).toEqual([25, 25, 30, 30]);
  });

  it('are neither letters, nor cells, nor a lone bullet', () => {
    const { checkboxes } = marksOf(
      drawn(
        (context) => {
          for (let cell = 0; cell < 8; cell++) context.strokeRect(100 + 20 * cell, 300, 20, 20);
          context.fillRect(100, 400, 14, 14);
        },
        [
          ['BOARD DOOR 0800 B8 Oboe D', 100, 200],
          ['a bullet', 140, 413],
        ],
      ),
    );
    expect(checkboxes).toEqual([]);
  });
});

describe('figures', () => {
  it('are surfaces and charts, not text, tables or an empty page', () => {
    const { figures } = marksOf(
      drawn(
        (context) => {
          const fill = context.createLinearGradient(100, 300, 500, 600);
          fill.addColorStop(0, '#335577');
          fill.addColorStop(1, '#bb9966');
          context.fillStyle = fill;
          context.fillRect(100, 300, 400, 300);
          for (const y of [800, 850, 900]) line(context, 100, y, 700, y);
          for (const x of [100, 400, 700]) line(context, x, 800, x, 900);
        },
        [
          ['A paragraph of text stands above the picture', 100, 200],
          ['and another line of it', 100, 230],
        ],
      ),
    );
    expect(figures).toHaveLength(1);
    const known = [100, 300, 500, 600];
    figures[0]?.forEach((value, at) => {
      expect(Math.abs(value - (known[at] ?? 0))).toBeLessThanOrEqual(12);
    });
    expect(marksOf(drawn(() => {}))).toEqual({ rulings: [], checkboxes: [], figures: [] });
  });
});

describe('a page of 12 megapixels', () => {
  it('is looked at in a bounded time', () => {
    const data = new Uint8ClampedArray(3000 * 4000 * 4).map((_, at) => (at % 4 === 3 ? 255 : (at * 7919) % 256));
    const startedAt = process.cpuUsage();
    findMarks({ width: 3000, height: 4000, data }, []);
    expect(process.cpuUsage(startedAt).user / 1000).toBeLessThan(3000);
  });
});
