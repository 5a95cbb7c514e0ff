import { createCanvas, ImageData } from '@napi-rs/canvas';
import type { Raster } from './raster.ts';
import type { Session } from './session.ts';
import { type RegionOptions, type TextRegion, textRegions } from './text-regions.ts';

export interface DetectorOptions extends RegionOptions {
  /** The longer side is brought down to this many pixels for the first look. */
  maxSide: number;
}

export const DETECTOR_DEFAULTS: DetectorOptions = {
  maxSide: 1280,
  threshold: 0.3,
  minScore: 0.5,
  unclip: 1.6,
  minSide: 3,
  maxRegions: 3000,
};

/**
 * Heights of grown lines, in pixels of the input: a page with nothing left to show gains from a second look below the
 * first; one that was shrunk only below the second, where lines start to be lost. The third is aimed at.
 */
const SMALL_LINE = 20;
const LOST_LINE = 14;
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
 * The lines of text in a page, as rectangles in its pixels, in no order. A page whose lines come out small (scans at
 * 100 dpi, large drawings) is looked at once more, at the resolution that brings them to the height that the model finds best.
 */
export async function detect(
  session: Session,
  raster: Raster,
  options: DetectorOptions = DETECTOR_DEFAULTS,
): Promise<TextRegion[]> {
  const scale = Math.min(1, options.maxSide / Math.max(raster.width, raster.height));
  const regions = await detectAt(session, raster, scale, options);
  const heights = regions.map(({ rect }) => Math.min(rect.width, rect.height) * scale).sort((a, b) => a - b);
  const usual = heights[heights.length >> 1] ?? GOOD_LINE;
  if (usual >= (scale === 1 ? SMALL_LINE : LOST_LINE)) return regions;
  const largest = Math.sqrt(MAX_INPUT_PIXELS / (raster.width * raster.height));
  const closer = Math.min(MAX_ENLARGEMENT, largest, (scale * GOOD_LINE) / usual);
  return closer < 1.1 * scale ? regions : detectAt(session, raster, closer, options);
}

async function detectAt(
  session: Session,
  raster: Raster,
  scale: number,
  options: DetectorOptions,
): Promise<TextRegion[]> {
  const width = toMultipleOf32(raster.width * scale);
  const height = toMultipleOf32(raster.height * scale);
  const input = normalise(resize(raster, width, height));
  const map = await session.run(input, [1, 3, height, width]);
  const scaleX = raster.width / width;
  const scaleY = raster.height / height;
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

function resize(raster: Raster, width: number, height: number): Uint8ClampedArray {
  if (raster.width === width && raster.height === height) return raster.data;
  const source = createCanvas(raster.width, raster.height);
  source.getContext('2d').putImageData(new ImageData(raster.data, raster.width, raster.height), 0, 0);
  const target = createCanvas(width, height);
  const context = target.getContext('2d');
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}

function normalise(data: Uint8ClampedArray): Float32Array {
  const plane = data.length / 4;
  const out = new Float32Array(3 * plane);
  for (let channel = 0; channel < 3; channel++) {
    const from = 2 - channel;
    const factor = 1 / (255 * (STD[channel] ?? 1));
    const shift = (MEAN[channel] ?? 0) / (STD[channel] ?? 1);
    const base = channel * plane;
    for (let i = 0, p = from; i < plane; i++, p += 4) out[base + i] = (data[p] ?? 0) * factor - shift;
  }
  return out;
}
