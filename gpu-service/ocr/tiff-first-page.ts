/** What is needed to draw a picture. All else (further directories, camera data, previews) is not looked at. */
const KEPT = new Set([
  ...[256, 257, 258, 259, 262, 266, 273, 274, 277, 278, 279, 282, 283, 284, 292, 293, 296, 317, 320, 322, 323, 324],
  ...[325, 338, 339, 347, 512, 513, 514, 515, 519, 520, 521, 529, 530, 532],
]);
/** Width, height, samples a pixel, and the sides of tiles: one number each. */
const SINGLE = new Set([256, 257, 277, 322, 323]);
const BITS = 258;
const SAMPLES = 277;
const COLOURS = 262;
const TILE_SIDES = [322, 323];
/** Four channels of 32 bits. */
const MAX_BITS = 128;
const MAX_TILE_SIDE = 16_384;
/** CIELab is 8; raw sensor data are far above. */
const MAX_COLOURS = 10;
const SHORT = 3;
const LONG = 4;

/**
 * A copy of a TIFF that has its first picture and nothing else: the decoder follows directories wherever they lead, also in
 * circles, and takes sizes from wherever they point. Throws Error for what no honest picture has.
 */
export function firstPageOfTiff(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const little = copy[0] === 0x49;
  const u16 = (at: number): number => (little ? copy.readUInt16LE(at) : copy.readUInt16BE(at));
  const u32 = (at: number): number => (little ? copy.readUInt32LE(at) : copy.readUInt32BE(at));
  const directory = u32(4);
  const found = new Map<number, number>();
  let kept = 0;
  for (let i = 0, count = u16(directory); i < count; i++) {
    const entry = directory + 2 + 12 * i;
    const [tag, type, values] = [u16(entry), u16(entry + 2), u32(entry + 4)];
    if (!KEPT.has(tag)) continue;
    if (found.has(tag)) throw new Error(`tag ${tag} stands twice`);
    if (SINGLE.has(tag) && (values !== 1 || (type !== SHORT && type !== LONG)))
      throw new Error(`tag ${tag} is not one number`);
    const start = type === SHORT && values > 2 ? u32(entry + 8) : entry + 8;
    found.set(tag, type === SHORT ? u16(start) : u32(start));
    copy.copyWithin(directory + 2 + 12 * kept++, entry, entry + 12);
  }
  if ((found.get(BITS) ?? 1) * (found.get(SAMPLES) ?? 1) > MAX_BITS) throw new Error('too many bits a pixel');
  if ((found.get(COLOURS) ?? 0) > MAX_COLOURS) throw new Error('colours of no known kind');
  if (TILE_SIDES.some((tag) => (found.get(tag) ?? 1) > MAX_TILE_SIDE)) throw new Error('too large tiles');
  if (little) copy.writeUInt16LE(kept, directory);
  else copy.writeUInt16BE(kept, directory);
  // No further directory.
  copy.writeUInt32LE(0, directory + 2 + 12 * kept);
  return copy;
}
