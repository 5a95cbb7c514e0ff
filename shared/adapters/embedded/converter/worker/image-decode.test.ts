import { describe, expect, it } from 'vitest';
import { orient } from './image-decode.ts';

/** Two by three pixels, named by their red value: rows 1 2, 3 4, 5 6. */
const image = () => ({
  rgba: Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap((red) => [red, 0, 0, 255])),
  width: 2,
  height: 3,
  dpi: null,
});

describe('turning a picture by its orientation', () => {
  it.each([
    [1, 2, [1, 2, 3, 4, 5, 6]],
    [2, 2, [2, 1, 4, 3, 6, 5]],
    [3, 2, [6, 5, 4, 3, 2, 1]],
    [4, 2, [5, 6, 3, 4, 1, 2]],
    [5, 3, [1, 3, 5, 2, 4, 6]],
    [6, 3, [5, 3, 1, 6, 4, 2]],
    [7, 3, [6, 4, 2, 5, 3, 1]],
    [8, 3, [2, 4, 6, 1, 3, 5]],
  ])('%i', (orientation, width, expected) => {
    const turned = orient(image(), orientation);
    expect(turned.width).toBe(width);
    expect(Array.from(turned.rgba).filter((_, i) => i % 4 === 0)).toEqual(expected);
  });
});
