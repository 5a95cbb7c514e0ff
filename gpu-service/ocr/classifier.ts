import { sampleRect } from './crop.ts';
import type { RotatedRect } from './geometry.ts';
import { packLine } from './line-image.ts';
import type { Planes } from './planes.ts';
import type { Session } from './session.ts';

const WIDTH = 192;
const HEIGHT = 48;
const SURE = 0.8;

/** Whether most of the lines stand on their heads. Asks the widest few: they say most. */
export async function isUpsideDown(
  session: Session,
  page: Planes,
  rects: readonly RotatedRect[],
  ask = 7,
): Promise<boolean> {
  const widest = rects
    .filter((rect) => rect.width > 1.5 * rect.height)
    .sort((a, b) => b.width - a.width)
    .slice(0, ask);
  let balance = 0;
  for (const rect of widest) {
    const columns = Math.max(8, Math.min(WIDTH, Math.round((rect.width / rect.height) * HEIGHT)));
    const input = new Float32Array(3 * HEIGHT * WIDTH);
    packLine({ width: columns, channels: sampleRect(page, rect, columns, HEIGHT) }, input, 0, WIDTH);
    const { data } = await session.run(input, [1, 3, HEIGHT, WIDTH]);
    const [upright = 0, turned = 0] = data;
    if (upright > SURE) balance--;
    else if (turned > SURE) balance++;
  }
  return balance > 0;
}
