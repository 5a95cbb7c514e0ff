import type { Pixels } from './encode-png.ts';

// A baseline JPEG (ITU T.81) as simple as can be: no chroma subsampling, quantization by 4, Huffman codes of one length.
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];
const STEP = 4;
const COSINES = Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** Run and size of AC coefficients, and sizes of DC differences: the place in the list is the code. */
const AC = Array.from({ length: 256 }, (_, symbol) => symbol).filter(
  (symbol) => symbol === 0 || symbol === 0xf0 || ((symbol & 15) >= 1 && (symbol & 15) <= 10),
);

class Bits {
  readonly bytes: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, length: number): void {
    for (let bit = length - 1; bit >= 0; bit--) {
      this.#held = (this.#held << 1) | ((value >> bit) & 1);
      if (++this.#count < 8) continue;
      this.bytes.push(this.#held);
      if (this.#held === 0xff) this.bytes.push(0);
      this.#held = 0;
      this.#count = 0;
    }
  }

  end(): void {
    while (this.#count > 0) this.put(1, 1);
  }
}

const sizeOf = (value: number): number => (value === 0 ? 0 : 32 - Math.clz32(Math.abs(value)));
const magnitude = (value: number, size: number): number => (value < 0 ? value + 2 ** size - 1 : value);

/** Coefficients of 8 x 8 samples, quantized, in zigzag order. */
function transform(samples: readonly number[]): number[] {
  const rows = samples.map((_, i) => {
    let sum = 0;
    for (let x = 0; x < 8; x++) sum += (samples[(i & 56) + x] ?? 0) * (COSINES[(i & 7) * 8 + x] ?? 0);
    return sum;
  });
  return ZIGZAG.map((i) => {
    let sum = 0;
    for (let y = 0; y < 8; y++) sum += (rows[y * 8 + (i & 7)] ?? 0) * (COSINES[(i >> 3) * 8 + y] ?? 0);
    return Math.round(sum / STEP);
  });
}

function writeBlock(bits: Bits, block: readonly number[], before: number): void {
  const difference = (block[0] ?? 0) - before;
  const size = sizeOf(difference);
  bits.put(size, 4);
  bits.put(magnitude(difference, size), size);
  let run = 0;
  for (let i = 1; i < 64; i++) {
    const value = block[i] ?? 0;
    if (value === 0) {
      run++;
      continue;
    }
    for (; run > 15; run -= 16) bits.put(AC.indexOf(0xf0), 8);
    const bitsOfValue = sizeOf(value);
    bits.put(AC.indexOf(run * 16 + bitsOfValue), 8);
    bits.put(magnitude(value, bitsOfValue), bitsOfValue);
    run = 0;
  }
  if (run > 0) bits.put(AC.indexOf(0), 8);
}

const segment = (marker: number, ...data: number[]): number[] => {
  const length = data.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...data];
};
const table = (id: number, codeLength: number, symbols: readonly number[]): number[] => [
  id,
  ...Array.from({ length: 16 }, (_, i) => (i + 1 === codeLength ? symbols.length : 0)),
  ...symbols,
];

/** A JPEG in CMYK as image editors write it: four components, inverted, with Adobe's marker. Greys of the red channel. */
export function cmykJpeg({ width, height, data }: Pixels): Buffer {
  const bits = new Bits();
  const before = [0, 0, 0, 0];
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      const grey = Array.from({ length: 64 }, (_, i) => {
        const [x, y] = [Math.min(width - 1, left + (i & 7)), Math.min(height - 1, top + (i >> 3))];
        return (data[(y * width + x) * 4] ?? 0) - 128;
      });
      // No colour (255 inverted) in three components, the grey in the fourth.
      const blocks = [...Array.from({ length: 3 }, () => new Array<number>(64).fill(127)), grey].map(transform);
      blocks.forEach((block, component) => {
        writeBlock(bits, block, before[component] ?? 0);
        before[component] = block[0] ?? 0;
      });
    }
  bits.end();
  const adobe = [...Buffer.from('Adobe', 'latin1'), 0, 100, 0, 0, 0, 0, 0];
  const components = [1, 2, 3, 4].flatMap((id) => [id, 0x11, 0]);
  return Buffer.from([
    ...[0xff, 0xd8],
    ...segment(0xee, ...adobe),
    ...segment(0xdb, 0, ...new Array<number>(64).fill(STEP)),
    ...segment(0xc0, 8, height >> 8, height & 255, width >> 8, width & 255, 4, ...components),
    ...segment(0xc4, ...table(0, 4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])),
    ...segment(0xc4, ...table(0x10, 8, AC)),
    ...segment(0xda, 4, ...[1, 2, 3, 4].flatMap((id) => [id, 0]), 0, 63, 0),
    ...bits.bytes,
    ...[0xff, 0xd9],
  ]);
}
