import type { Box } from '../page.ts';
import { isLevel, type Ruling } from './marks.ts';

/** A page that leans: level lines fall by `slope` a pixel to the right, upright ones move right by `lean` a pixel down. */
export interface Lean {
  slope: number;
  lean: number;
}

/** Rulings this much off are drawn so. */
const MAX_LEAN = 0.12;

/** How the rulings of a page lean: the median by length. */
export function leanOf(rulings: readonly Ruling[]): Lean {
  const level = rulings
    .filter(isLevel)
    .map(({ x0, y0, x1, y1 }) => ({ by: (y1 - y0) / (x1 - x0 || 1), weight: Math.abs(x1 - x0) }));
  const upright = rulings
    .filter((ruling) => !isLevel(ruling))
    .map(({ x0, y0, x1, y1 }) => ({ by: (x1 - x0) / (y1 - y0 || 1), weight: Math.abs(y1 - y0) }));
  return { slope: weightedMedian(level), lean: weightedMedian(upright) };
}

function weightedMedian(values: readonly { by: number; weight: number }[]): number {
  const sorted = values.filter(({ by }) => Math.abs(by) <= MAX_LEAN).sort((a, b) => a.by - b.by);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const { by, weight } of sorted) {
    sum += weight;
    if (sum >= half) return by;
  }
  return 0;
}

const straight = (x: number, y: number, { slope, lean }: Lean): [number, number] => [x - lean * y, y - slope * x];

/** The ruling as it would be on a page that does not lean. */
export function straightened(ruling: Ruling, lean: Lean): Ruling {
  const [x0, y0] = straight(ruling.x0, ruling.y0, lean);
  const [x1, y1] = straight(ruling.x1, ruling.y1, lean);
  return { x0, y0, x1, y1 };
}

/** The box moved whole, by the lean at its middle. */
export function straightenedBox(box: Box, { slope, lean }: Lean): Box {
  const dx = (lean * (box[1] + box[3])) / 2;
  const dy = (slope * (box[0] + box[2])) / 2;
  return [box[0] - dx, box[1] - dy, box[2] - dx, box[3] - dy];
}

/** What holds a straightened box on the page as it leans. */
export function leaningBox([x0, y0, x1, y1]: Box, { slope, lean }: Lean): Box {
  const det = 1 - slope * lean;
  const back = (x: number, y: number): [number, number] => [(x + lean * y) / det, (y + slope * x) / det];
  const corners = [back(x0, y0), back(x1, y0), back(x0, y1), back(x1, y1)];
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
