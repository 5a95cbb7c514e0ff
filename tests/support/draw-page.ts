import { createCanvas } from '@napi-rs/canvas';
import type { Box } from '#shared/domain/page.ts';

export interface DrawnText {
  text: string;
  x: number;
  /** Of the baseline. */
  y: number;
  size: number;
}

export interface DrawnPage {
  png: Uint8Array;
  width: number;
  height: number;
  /** Where each word was drawn, in pixels of the image as it is. */
  words: { text: string; box: Box }[];
}

/** A white page with black text, turned clockwise by `turn` degrees. */
export function drawPage(
  lines: readonly DrawnText[],
  options: { width?: number; height?: number; turn?: 0 | 90 | 180 | 270 } = {},
): DrawnPage {
  const { width = 800, height = 500, turn = 0 } = options;
  const across = turn === 90 || turn === 270;
  const canvas = createCanvas(across ? height : width, across ? width : height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate((turn * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = '#000';
  const words: DrawnPage['words'] = [];
  for (const line of lines) {
    context.font = `${line.size}px "Liberation Sans", "DejaVu Sans", Arial, sans-serif`;
    context.fillText(line.text, line.x, line.y);
    for (const match of line.text.matchAll(/\S+/g)) {
      const x0 = line.x + context.measureText(line.text.slice(0, match.index)).width;
      const x1 = x0 + context.measureText(match[0]).width;
      words.push({ text: match[0], box: turned([x0, line.y - line.size * 0.8, x1, line.y + line.size * 0.1]) });
    }
  }
  return { png: canvas.toBuffer('image/png'), width: canvas.width, height: canvas.height, words };

  function turned([x0, y0, x1, y1]: Box): Box {
    if (turn === 90) return [height - y1, x0, height - y0, x1];
    if (turn === 180) return [width - x1, height - y1, width - x0, height - y0];
    if (turn === 270) return [y0, width - x1, y1, width - x0];
    return [x0, y0, x1, y1];
  }
}

/** A PNG whose header says `width` x `height`; there are no pixels behind it. */
export function pngHeader(width: number, height: number): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, 13);
  bytes.set([0x49, 0x48, 0x44, 0x52], 12);
  view.setUint32(16, width);
  view.setUint32(20, height);
  bytes.set([8, 2, 0, 0, 0], 24);
  return bytes;
}
