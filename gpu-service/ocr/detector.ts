import type { DetectorInput } from './model-list.ts';
import { type Planes, resizePlane } from './planes.ts';
import type { Session } from './session.ts';
import { type TextRegion, textRegions } from './text-regions.ts';

export interface Detector {
  session: Session;
  input: DetectorInput;
}

/** Shorter side, in pixels of the map, below which a region is noise; and how many there may be. */
const MIN_SIDE = 3;
const MAX_REGIONS = 3000;

/** Heights of grown lines, in pixels of the input: below the first lines start to be lost, the second is aimed at. */
const LOST_LINE = 12;
const GOOD_LINE = 26;
/** Print scanned at 100 dpi gains from being enlarged; more than this it does not. */
const MAX_ENLARGEMENT = 1.6;
/** Of the second look: bounds time and memory. */
const MAX_INPUT_PIXELS = 3_000_000;

// ImageNet statistics in the order of the channels as the model was trained: BGR planes take them as they stand.
const MEAN = [0.485, 0.456, 0.406];
const STD = [0.229, 0.224, 0.225];

const toMultipleOf32 = (side: number): number => Math.max(32, Math.round(side / 32) * 32);

/**
 * The lines of text in a page, as rectangles in its pixels, in no order. Pages of any resolution are brought to one size: an
 * office page then has lines of the height that the model finds best, be it scanned at 100 dpi or 600. One whose lines
 * still come out small (large drawings, long receipts) is looked at once more, closer.
 */
export async function detect(detector: Detector, page: Planes): Promise<TextRegion[]> {
  const scale = Math.min(MAX_ENLARGEMENT, detector.input.maxSide / Math.max(page.width, page.height));
  const regions = await detectAt(detector, page, scale);
  const heights = regions.map(({ rect }) => Math.min(rect.width, rect.height) * scale).sort((a, b) => a - b);
  const usual = heights[heights.length >> 1] ?? GOOD_LINE;
  if (usual >= LOST_LINE) return regions;
  const largest = Math.sqrt(MAX_INPUT_PIXELS / (page.width * page.height));
  const closer = Math.min(MAX_ENLARGEMENT, largest, (scale * GOOD_LINE) / usual);
  return closer < 1.1 * scale ? regions : detectAt(detector, page, closer);
}

async function detectAt({ session, input }: Detector, page: Planes, scale: number): Promise<TextRegion[]> {
  const width = toMultipleOf32(page.width * scale);
  const height = toMultipleOf32(page.height * scale);
  const map = await session.run(normalised(page, width, height), [1, 3, height, width]);
  const scaleX = page.width / width;
  const scaleY = page.height / height;
  const options = { ...input, minSide: MIN_SIDE, maxRegions: MAX_REGIONS };
  return textRegions(map.data, width, height, options).map(({ rect, score }) => {
    const along = Math.hypot(Math.cos(rect.angle) * scaleX, Math.sin(rect.angle) * scaleY);
    const across = Math.hypot(Math.sin(rect.angle) * scaleX, Math.cos(rect.angle) * scaleY);
    return {
      score,
      rect: {
        cx: rect.cx * scaleX,
        cy: rect.cy * scaleY,
        width: rect.width * along,
        height: rect.height * across,
        angle: Math.atan2(Math.sin(rect.angle) * scaleY, Math.cos(rect.angle) * scaleX),
      },
    };
  });
}

/** The page at this size, (x / 255 - mean) / std in three planes. */
function normalised(page: Planes, width: number, height: number): Float32Array {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  let resized = new Float32Array();
  for (let channel = 0; channel < 3; channel++) {
    const own = page.channels[channel];
    if (own !== undefined) resized = resizePlane(own, page.width, page.height, width, height);
    const factor = 1 / (255 * (STD[channel] ?? 1));
    const shift = (MEAN[channel] ?? 0) / (STD[channel] ?? 1);
    const base = channel * plane;
    for (let i = 0; i < plane; i++) out[base + i] = (resized[i] ?? 0) * factor - shift;
  }
  return out;
}
