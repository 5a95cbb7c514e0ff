import type { Checkbox, Word } from '../../shared/domain/page.ts';
import { eachRun, type InkMap } from './ink-map.ts';

/** Sides of a check box, in heights of the page's letters. */
const LEAST_SIDE = 0.6;
const MOST_SIDE = 2.2;
/** A side is drawn when this share of it is ink. */
const DRAWN = 0.85;
/** Share of its side that stays free on its left and right. */
const FREE = 0.2;
/** Shares of ink inside: less is an empty box, more a solid square. */
const EMPTY = 0.07;
const SOLID = 0.85;
const MAX_BOXES = 500;

interface Square {
  x0: number;
  y0: number;
  /** Exclusive. */
  x1: number;
  y1: number;
  filled: number;
  crossed: boolean;
}

/**
 * Check boxes of a page, in its pixels: small, nearly square frames that stand free. What is inside tells their state:
 * nothing, ink along both diagonals (crossed), other ink (checked). Solid squares count only where hollow ones of their
 * size stand on the page; frames amid the letters of a word are letters. `letters`: usual height of letters on the page.
 */
export function findCheckboxes(map: InkMap, words: readonly Word[], letters: number): Checkbox[] {
  const usual = letters / map.scale;
  const least = Math.max(7, LEAST_SIDE * usual);
  const most = Math.max(least, Math.min(60, MOST_SIDE * usual));
  const squares = framesOf(map, least, most);
  const hollow = squares.filter((square) => square.filled < SOLID);
  const kept = squares.filter(
    (square) =>
      square.filled < SOLID || hollow.some((other) => Math.abs(sideOf(other) - sideOf(square)) < 0.25 * sideOf(square)),
  );
  return kept
    .map((square): Checkbox => {
      const { x0, y0, x1, y1, filled, crossed } = square;
      const state = filled < EMPTY ? 'unchecked' : crossed ? 'crossed' : 'checked';
      return { state, box: [x0 * map.scale, y0 * map.scale, x1 * map.scale, y1 * map.scale] };
    })
    .filter((one) => !words.some((word) => isLetter(one, word)));
}

const sideOf = (square: Square): number => square.x1 - square.x0;

/**
 * Letters of other scripts may be squares. In Latin words a square after the first letter is one of them, as is one that
 * makes up a word of two, or is as low as letters without ascenders.
 */
function isLetter({ box }: Checkbox, word: Word): boolean {
  const [x0, y0, x1, y1] = word.box;
  const x = (box[0] + box[2]) / 2;
  const y = (box[1] + box[3]) / 2;
  if (x < x0 || x > x1 || y < y0 || y > y1) return false;
  const side = box[2] - box[0];
  const letters = word.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (word.text.length > 1 && /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}]/u.test(word.text)) return true;
  if (letters === 0 || /^[oxOX]$/.test(word.text)) return false;
  const place = Math.floor(((x - x0) / (x1 - x0)) * word.text.length);
  const low = box[3] - box[1] < 0.65 * (y1 - y0);
  return low || (letters > 1 && (place > 0 || x1 - x0 < 1.7 * side));
}

function framesOf(map: InkMap, least: number, most: number): Square[] {
  const found: Square[] = [];
  eachRun(map, 1, (y, from, to) => {
    const side = to - from;
    if (side < least || side > most || found.length >= MAX_BOXES) return;
    const square = frameAt(map, from, to, y, most);
    if (square !== null && !found.some((other) => overlaps(other, square))) found.push(square);
  });
  return found;
}

const overlaps = (a: Square, b: Square): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;

/** The frame whose upper side is the run from `x0` to `x1` in row `y`; null when there is none. */
function frameAt(map: InkMap, x0: number, x1: number, y: number, most: number): Square | null {
  const { width, height, ink } = map;
  const side = x1 - x0;
  const at = (x: number, row: number): number =>
    x < 0 || x >= width || row < 0 || row >= height ? 0 : (ink[row * width + x] as number);
  // Cheap refusals first: next to every run of ink on a page comes here.
  const half = y + (side >> 1);
  if (at(x0, half) + at(x0 + 1, half) === 0 || at(x1 - 1, half) + at(x1 - 2, half) === 0) return null;
  const across = (row: number, inset: number): number => {
    let count = 0;
    for (let x = x0 + inset; x < x1 - inset; x++) count += at(x, row) | at(x, row + 1);
    return count / Math.max(1, side - 2 * inset);
  };
  const down = (left: number, right: number, from: number, to: number): number => {
    let count = 0;
    for (let row = from; row < to; row++) {
      let any = 0;
      for (let x = left; x <= right; x++) any |= at(x, row);
      count += any;
    }
    return count / Math.max(1, to - from);
  };
  if (across(y - 3, 0) > 0.45) return null;
  let bottom = -1;
  for (let row = y + Math.floor(0.82 * side) - 1; row < y + Math.min(most, Math.ceil(1.2 * side)); row++)
    if (across(row, 0) >= DRAWN) bottom = row;
    else if (bottom >= 0) break;
  if (bottom < 0) return null;
  const y1 = bottom + 1;
  if (across(y1 + 2, 0) > 0.45) return null;
  if (down(x0, x0 + 2, y, y1) < DRAWN || down(x1 - 3, x1 - 1, y, y1) < DRAWN) return null;
  // Cells of a table and of a row of letter boxes have sides that go on or stand next to others.
  if (down(x0 - 4, x0 - 3, y, y1) > 0.6 || down(x1 + 2, x1 + 3, y, y1) > 0.6) return null;
  if (at(x0, y - 4) + at(x0 + 1, y - 4) > 0 && at(x1 - 1, y - 4) + at(x1 - 2, y - 4) > 0) return null;
  if (at(x0, y1 + 4) + at(x0 + 1, y1 + 4) > 0 && at(x1 - 1, y1 + 4) + at(x1 - 2, y1 + 4) > 0) return null;
  // Letters stand closer to one another than a box to its label.
  const gap = Math.max(2, Math.round(FREE * side));
  if (down(x0 - gap, x0 - 2, y, y1) > 0.35 || down(x1 + 1, x1 + gap - 1, y, y1) > 0.35) return null;
  // Bellies and feet of letters reach out below; ticks reach out above.
  const lower = y + Math.floor(0.4 * (y1 - y));
  if (down(x1 + 1, x1 + 1, lower, y1) > 0.15 || down(x0 - 2, x0 - 2, lower, y1) > 0.15) return null;
  // Corners: round letters have none. One may be worn.
  const corners = [
    [x0, y],
    [x1 - 2, y],
    [x0, y1 - 2],
    [x1 - 2, y1 - 2],
  ].filter(([cx = 0, cy = 0]) => at(cx, cy) + at(cx + 1, cy) + at(cx, cy + 1) + at(cx + 1, cy + 1) >= 3);
  if (corners.length < 3) return null;
  return { x0, y0: y, x1, y1, ...insideOf(at, x0, y, x1, y1) };
}

function insideOf(
  at: (x: number, y: number) => number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): { filled: number; crossed: boolean } {
  const inset = thicknessOf(at, x0, y0, x1, y1) + 1;
  const [left, top, right, bottom] = [x0 + inset, y0 + inset, x1 - inset, y1 - inset];
  const width = right - left;
  const height = bottom - top;
  if (width < 2 || height < 2) return { filled: 1, crossed: false };
  let count = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) count += at(x, y);
  const steps = Math.max(width, height);
  let falling = 0;
  let rising = 0;
  for (let step = 0; step < steps; step++) {
    const x = left + Math.floor(((step + 0.5) * width) / steps);
    const down = top + Math.floor(((step + 0.5) * height) / steps);
    const up = bottom - 1 - Math.floor(((step + 0.5) * height) / steps);
    falling += at(x, down) | at(x - 1, down) | at(x + 1, down);
    rising += at(x, up) | at(x - 1, up) | at(x + 1, up);
  }
  const filled = count / (width * height);
  // A bold cross in a small frame leaves paper only in the middle of the sides.
  const [mx, my] = [(left + right) >> 1, (top + bottom) >> 1];
  const free = [at(mx, top), at(mx, bottom - 1), at(left, my), at(right - 1, my)].filter((ink) => ink === 0).length;
  const both = falling >= 0.8 * steps && rising >= 0.8 * steps;
  return { filled, crossed: both && (filled < 0.6 || free >= 2) };
}

/** How thick the frame is drawn: rows from the top, or columns from the left, that are ink throughout; the thinner. */
function thicknessOf(at: (x: number, y: number) => number, x0: number, y0: number, x1: number, y1: number): number {
  const limit = Math.max(1, Math.floor((x1 - x0) / 4));
  const solid = (count: number, line: (k: number, along: number) => number): number => {
    let thick = 0;
    for (; thick < limit; thick++) {
      let ink = 0;
      for (let along = 0; along < count; along++) ink += line(thick, along);
      if (ink < DRAWN * count) break;
    }
    return thick;
  };
  const top = solid(x1 - x0, (k, along) => at(x0 + along, y0 + k));
  const left = solid(y1 - y0, (k, along) => at(x0 + k, y0 + along));
  return Math.max(1, Math.max(top, left));
}
