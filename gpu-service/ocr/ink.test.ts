import { describe, expect, it } from 'vitest';
import { inkOf } from './ink.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';

/** Grey paper with patches: columns from, to, rows from, to, grey. */
function line(patches: readonly [number, number, number, number, number][], paper = 240): LineImage {
  const width = 120;
  const pixels = new Uint8Array(LINE_HEIGHT * width).fill(paper);
  for (const [x0, x1, y0, y1, grey] of patches)
    for (let y = y0; y < y1; y++) pixels.fill(grey, y * width + x0, y * width + x1);
  return { width, channels: [pixels] };
}

describe('the ink of a line', () => {
  it('has the rows of the letters with what rises and hangs', () => {
    const { rows, columns } = inkOf(
      line([
        [20, 60, 16, 32, 30],
        [22, 26, 10, 16, 30],
        [50, 54, 32, 37, 30],
      ]),
    );
    expect(rows).toEqual([10, 37]);
    expect([columns.indexOf(1), columns.lastIndexOf(1)]).toEqual([20, 59]);
  });

  it('leaves out the feet of the line above and a ruling below', () => {
    const around = line([
      [20, 60, 16, 32, 30],
      [10, 40, 0, 4, 30],
      [0, 120, 45, 47, 30],
    ]);
    expect(inkOf(around).rows).toEqual([16, 32]);
  });

  it('is found where it is faint and where it is lighter than the paper', () => {
    expect(inkOf(line([[20, 60, 16, 32, 200]])).rows).toEqual([16, 32]);
    expect(inkOf(line([[20, 60, 16, 32, 235]], 20)).rows).toEqual([16, 32]);
  });

  it('of blank paper is none, and its rows are the whole height', () => {
    const { rows, columns } = inkOf(line([]));
    expect(rows).toEqual([0, LINE_HEIGHT]);
    expect(columns.includes(1)).toBe(false);
  });
});
