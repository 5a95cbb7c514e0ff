export const LINE_HEIGHT = 48;

/** A line's pixels: planes of LINE_HEIGHT rows and `width` columns, 0 to 255; blue, green and red, or one of grey. */
export interface LineImage {
  width: number;
  channels: readonly Uint8Array[];
}

/** (x / 255 - 0.5) / 0.5 */
const NORMALISED = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** Writes a line into `input` from `at`: three planes with rows of `columns`; what lies right of the line stays as it is. */
export function packLine(line: LineImage, input: Float32Array, at: number, columns: number): void {
  const { width, channels } = line;
  const plane = LINE_HEIGHT * columns;
  channels.forEach((pixels, channel) => {
    const base = at + channel * plane;
    for (let row = 0; row < LINE_HEIGHT; row++)
      for (let x = 0, to = base + row * columns, from = row * width; x < width; x++)
        input[to++] = NORMALISED[pixels[from++] ?? 0] ?? 0;
  });
  if (channels.length === 1) {
    input.copyWithin(at + plane, at, at + plane);
    input.copyWithin(at + 2 * plane, at, at + plane);
  }
}
