import { isLevel, type Ruling } from '../../shared/domain/layout/marks.ts';
import type { Box } from '../../shared/domain/page.ts';
import type { InkMap } from './ink-map.ts';

/** Side of a tile, in pixels of the map. */
const TILE = 8;
/** Darker than the page's paper by this, everywhere in a tile, is a surface. */
const SURFACE = 24;
/** Pixels of ink in a tile that are not nothing. */
const SPECK = 4;
/** On the mean over a figure's tiles; the grain of paper has less. */
const INK = 11;
/** Least share of the page that a figure takes, and of its shorter side on each of its sides. */
const LEAST_AREA = 0.01;
const LEAST_SIDE = 0.06;
/** Share of a figure's tiles that show something, or lie next to one that does. */
const DENSE = 0.35;
/** The same where axes are drawn: curves leave most of a chart empty. */
const SPARSE = 0.1;
/** What a chart shows takes this share of the place between its axes at least; its labels this one at most. */
const PART_OF_CHART = 0.06;
const MAX_LABELS = 0.15;
/** The longest rulings are looked at as axes. */
const MAX_AXES = 100;
/** Longer than this many times its width it is a border or a row of signs. */
const LONGEST = 9;
/** Share of a figure that words may cover. */
const MAX_TEXT = 0.4;

/**
 * Pictures, charts and drawings of a page, in its pixels: regions of surface or ink that neither words nor rulings
 * account for. Rulings that belong to one (axes, frames) widen it.
 */
export function findFigures(map: InkMap, words: readonly Box[], rulings: readonly Ruling[]): Box[] {
  const columns = Math.ceil(map.width / TILE);
  const rows = Math.ceil(map.height / TILE);
  const tile = TILE * map.scale;
  const shows = showing(map, columns, rows);
  const drawn = ruledInk(rulings, columns, rows, tile);
  const text = new Uint8Array(columns * rows);
  for (const [x0, y0, x1, y1] of words)
    for (let row = Math.max(0, Math.floor(y0 / tile)); row <= Math.min(rows - 1, Math.floor(y1 / tile)); row++)
      for (
        let column = Math.max(0, Math.floor(x0 / tile));
        column <= Math.min(columns - 1, Math.floor(x1 / tile));
        column++
      )
        text[row * columns + column] = 1;
  const active = new Uint8Array(columns * rows);
  for (let at = 0; at < active.length; at++)
    active[at] = text[at] === 0 && (shows[at] as number) - (drawn[at] as number) >= SPECK ? 1 : 0;
  const regions = regionsOf(widened(active, columns, rows), active, shows, columns, rows);
  const charts = regions.length === 0 ? [] : chartsOf(rulings, words);
  const boxes = regions.flatMap(({ x0, y0, x1, y1, tiles, ink }) => {
    if (ink < INK) return [];
    const box: Box = [x0 * tile, y0 * tile, x1 * tile, y1 * tile];
    const { grown, axes } = withRulings(box, rulings, charts);
    return tiles >= (axes ? SPARSE : DENSE) * (x1 - x0) * (y1 - y0) ? [grown] : [];
  });
  return merged(boxes)
    .map(([x0, y0, x1, y1]): Box => [x0, y0, Math.min(x1, map.width * map.scale), Math.min(y1, map.height * map.scale)])
    .filter((box) => isFigure(box, map, words));
}

/** Ink of each tile in pixels of the map; a tile without paper is full. */
function showing({ width, height, ink, luma, paper }: InkMap, columns: number, rows: number): Uint8Array {
  const out = new Uint8Array(columns * rows);
  const lightest = new Uint8Array(columns * rows);
  for (let y = 0; y < height; y++)
    for (let x = 0, at = y * width, tile = Math.floor(y / TILE) * columns; x < width; tile++) {
      let count = 0;
      let most = lightest[tile] as number;
      for (const end = Math.min(width, x + TILE); x < end; x++, at++) {
        count += ink[at] as number;
        if ((luma[at] as number) > most) most = luma[at] as number;
      }
      out[tile] = (out[tile] as number) + count;
      lightest[tile] = most;
    }
  for (let at = 0; at < out.length; at++) if ((lightest[at] as number) < paper - SURFACE) out[at] = 255;
  return out;
}

/** How much ink of each tile rulings account for. */
function ruledInk(rulings: readonly Ruling[], columns: number, rows: number, tile: number): Uint8Array {
  const out = new Uint8Array(columns * rows);
  for (const { x0, y0, x1, y1 } of rulings) {
    const steps = Math.max(1, Math.ceil((2 * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))) / tile));
    let last = -1;
    for (let step = 0; step <= steps; step++) {
      const x = x0 + ((x1 - x0) * step) / steps;
      const y = y0 + ((y1 - y0) * step) / steps;
      // A line near the edge of a tile reaches into the next.
      for (const by of [-tile / 4, tile / 4]) {
        const level = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
        const column = Math.floor((level ? x : x + by) / tile);
        const row = Math.floor((level ? y + by : y) / tile);
        const at = row * columns + column;
        if (column < 0 || row < 0 || column >= columns || row >= rows || at === last) continue;
        last = at;
        out[at] = Math.min(200, (out[at] as number) + 4 * TILE);
      }
    }
  }
  return out;
}

/** Each active tile and those around it. */
function widened(active: Uint8Array, columns: number, rows: number): Uint8Array {
  const out = new Uint8Array(active.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      if (active[row * columns + column] === 0) continue;
      for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++)
        for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) out[r * columns + c] = 1;
    }
  return out;
}

interface Region {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** Widened tiles within the box of the active ones. */
  tiles: number;
  /** Mean over the active tiles. */
  ink: number;
}

/** Connected tiles, with the box of the active ones among them. */
function regionsOf(wide: Uint8Array, active: Uint8Array, shows: Uint8Array, columns: number, rows: number): Region[] {
  const seen = new Uint8Array(wide.length);
  const regions: Region[] = [];
  for (let start = 0; start < wide.length; start++) {
    if (wide[start] === 0 || seen[start] === 1) continue;
    seen[start] = 1;
    const members = [start];
    let [x0, y0, x1, y1] = [columns, rows, 0, 0];
    for (let next = 0; next < members.length; next++) {
      const at = members[next] as number;
      const column = at % columns;
      const row = Math.floor(at / columns);
      if (active[at] === 1) {
        x0 = Math.min(x0, column);
        x1 = Math.max(x1, column + 1);
        y0 = Math.min(y0, row);
        y1 = Math.max(y1, row + 1);
      }
      for (const near of [column > 0 ? at - 1 : at, column < columns - 1 ? at + 1 : at, at - columns, at + columns]) {
        if (near < 0 || near >= wide.length || wide[near] === 0 || seen[near] === 1) continue;
        seen[near] = 1;
        members.push(near);
      }
    }
    if (x1 <= x0 || (x1 - x0) * (y1 - y0) < 12) continue;
    const tiles = members.filter((at) => {
      const column = at % columns;
      const row = Math.floor(at / columns);
      return column >= x0 && column < x1 && row >= y0 && row < y1;
    }).length;
    const inked = members.filter((at) => active[at] === 1);
    const ink = inked.reduce((sum, at) => sum + Math.min(64, shows[at] as number), 0) / inked.length;
    regions.push({ x0, y0, x1, y1, tiles, ink });
  }
  return regions;
}

function merged(boxes: readonly Box[]): Box[] {
  const out: Box[] = [];
  for (const box of [...boxes].sort((a, b) => areaOf(b) - areaOf(a))) {
    const over = out.findIndex((one) => one[0] < box[2] && box[0] < one[2] && one[1] < box[3] && box[1] < one[3]);
    const one = out[over];
    if (one === undefined) out.push(box);
    else out[over] = unite(one, box);
  }
  return out;
}

const unite = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];
const areaOf = (box: Box): number => (box[2] - box[0]) * (box[3] - box[1]);

/** The figure with the axes of its chart, or with a frame close around it. `axes` when there are some. */
function withRulings(box: Box, rulings: readonly Ruling[], charts: readonly Box[]): { grown: Box; axes: boolean } {
  const side = Math.min(box[2] - box[0], box[3] - box[1]);
  const chart = charts.find((one) => within(box, one, 0.05 * side) && areaOf(box) >= PART_OF_CHART * areaOf(one));
  if (chart !== undefined) return { grown: unite(box, chart), axes: true };
  const frame = rulings.filter((ruling) => spans(ruling, box) && within(boxOfRuling(ruling), box, 0.1 * side));
  return { grown: frame.map(boxOfRuling).reduce(unite, box), axes: false };
}

/** Places between two rulings that form a corner, with few words in them; the smallest first. */
function chartsOf(rulings: readonly Ruling[], words: readonly Box[]): Box[] {
  const level = rulings.filter(isLevel).slice(0, MAX_AXES);
  const upright = rulings.filter((ruling) => !isLevel(ruling)).slice(0, MAX_AXES);
  return level
    .flatMap((across) =>
      upright.flatMap((down) => {
        const chart = unite(boxOfRuling(across), boxOfRuling(down));
        return meet(across, down, 0.02 * (chart[2] - chart[0]) + 4) ? [chart] : [];
      }),
    )
    .filter((chart) => coverOf(chart, words) <= MAX_LABELS * areaOf(chart))
    .sort((a, b) => areaOf(a) - areaOf(b));
}

const boxOfRuling = ({ x0, y0, x1, y1 }: Ruling): Box => [
  Math.min(x0, x1),
  Math.min(y0, y1),
  Math.max(x0, x1),
  Math.max(y0, y1),
];

const within = (a: Box, b: Box, slack: number): boolean =>
  a[0] >= b[0] - slack && a[1] >= b[1] - slack && a[2] <= b[2] + slack && a[3] <= b[3] + slack;

/** Whether a ruling is as long as a good part of the side it runs along. */
const spans = (ruling: Ruling, box: Box): boolean =>
  isLevel(ruling)
    ? Math.abs(ruling.x1 - ruling.x0) >= 0.5 * (box[2] - box[0])
    : Math.abs(ruling.y1 - ruling.y0) >= 0.5 * (box[3] - box[1]);

/** Whether two rulings form a corner. */
const meet = (level: Ruling, upright: Ruling, slack: number): boolean =>
  Math.min(Math.abs(upright.x0 - level.x0), Math.abs(upright.x0 - level.x1)) <= slack &&
  Math.min(Math.abs(upright.y0 - level.y0), Math.abs(upright.y1 - level.y0)) <= slack;

/** Large enough, not made of words, and not what lies around the paper in a photograph. */
function isFigure(box: Box, map: InkMap, words: readonly Box[]): boolean {
  const width = map.width * map.scale;
  const height = map.height * map.scale;
  const least = LEAST_SIDE * Math.min(width, height);
  if (box[2] - box[0] < least || box[3] - box[1] < least || areaOf(box) < LEAST_AREA * width * height) return false;
  if (Math.max(box[2] - box[0], box[3] - box[1]) > LONGEST * Math.min(box[2] - box[0], box[3] - box[1])) return false;
  const edge = 0.01 * Math.min(width, height);
  const touched = [box[0] < edge, box[1] < edge, box[2] > width - edge, box[3] > height - edge].filter(Boolean).length;
  if (touched >= 2) return false;
  return coverOf(box, words) <= MAX_TEXT * areaOf(box);
}

/** How much of a box words cover, overlaps counted twice. */
function coverOf(box: Box, words: readonly Box[]): number {
  let covered = 0;
  for (const word of words) {
    const x = Math.min(box[2], word[2]) - Math.max(box[0], word[0]);
    const y = Math.min(box[3], word[3]) - Math.max(box[1], word[1]);
    if (x > 0 && y > 0) covered += x * y;
  }
  return covered;
}
