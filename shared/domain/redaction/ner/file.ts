import { LABELS } from './labels.ts';
import { type Entries, Lexicon } from './lexicon.ts';
import { bitsOf, LANES, type NerModel } from './model.ts';

const MAGIC = 'RNER2';
/** Steps of a weight below which it is as good as none. */
const WEAK = 2;

export interface ModelParts extends Entries {
  version: string;
  mask: number;
  weights: Float32Array;
  transitions: Float32Array;
  /** A feature none of whose weights reaches this is left out. */
  least: number;
}

/**
 * A model as bytes: magic, a line of JSON, then transitions, lexicon (keys as varint differences, bits by index into a table
 * of the combinations that occur, clusters) and weights (int8, by bucket, with a bit for each label that has one). Meant to be
 * compressed.
 */
export function encodeModel(parts: ModelParts): Uint8Array {
  let top = 0;
  for (const weight of parts.weights) top = Math.max(top, Math.abs(weight));
  // The few greatest weights are clipped, so that the many small ones keep their steps.
  const scale = Math.min(top, 3) / 127;
  const table = [...new Set(parts.bits)].sort((a, b) => a - b);
  const place = new Map(table.map((bits, index) => [bits, index]));
  const body: number[] = [];
  const varint = (value: number): void => {
    let rest = value;
    while (rest > 127) {
      body.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    body.push(rest);
  };
  let before = -2147483648;
  for (let i = 0; i < parts.keys.length; i++) {
    const key = parts.keys[i] ?? 0;
    varint(key - before);
    before = key;
    varint(place.get(parts.bits[i] ?? 0) ?? 0);
    varint(parts.clusters[i] ?? 0);
  }
  let bucketBefore = 0;
  let rows = 0;
  const row = new Int8Array(LABELS);
  for (let bucket = 1; bucket <= parts.mask; bucket++) {
    let strongest = 0;
    let present = 0;
    for (let l = 0; l < LABELS; l++) {
      const value = Math.max(-127, Math.min(127, Math.round((parts.weights[bucket * LABELS + l] ?? 0) / scale)));
      row[l] = Math.abs(value) < WEAK ? 0 : value;
      if (row[l] !== 0) present |= 1 << l;
      strongest = Math.max(strongest, Math.abs(value));
    }
    if (strongest < parts.least / scale) continue;
    rows++;
    varint(bucket - bucketBefore);
    bucketBefore = bucket;
    varint(present);
    for (const value of row) if (value !== 0) body.push(value & 255);
  }
  const head = JSON.stringify({
    version: parts.version,
    entries: parts.keys.length,
    rows,
    mask: parts.mask,
    scale,
    table,
    transitions: [...parts.transitions],
  });
  const headBytes = new TextEncoder().encode(`${MAGIC}${head}\n`);
  const out = new Uint8Array(headBytes.length + body.length);
  out.set(headBytes);
  out.set(body, headBytes.length);
  return out;
}

interface Head {
  version: string;
  entries: number;
  rows: number;
  mask: number;
  scale: number;
  table: number[];
  transitions: number[];
}

/** Reads what `encodeModel` wrote; a `RangeError` where the bytes are no such model. */
export function decodeModel(bytes: Uint8Array): NerModel {
  const end = bytes.indexOf(10);
  const line = end < 0 ? '' : new TextDecoder().decode(bytes.subarray(0, end));
  if (!line.startsWith(MAGIC)) throw new RangeError('These bytes are not a model for names.');
  const head: Head = JSON.parse(line.slice(MAGIC.length));
  let at = end + 1;
  const varint = (): number => {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined) throw new RangeError('The model for names is cut off.');
      // Most are of one byte.
      if (unit === 1 && byte < 128) return byte;
      value += (byte & 127) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  };
  const keys = new Int32Array(head.entries);
  const bits = new Int32Array(head.entries);
  const clusters = new Int16Array(head.entries);
  let before = -2147483648;
  for (let i = 0; i < head.entries; i++) {
    before += varint();
    keys[i] = before;
    bits[i] = head.table[varint()] ?? 0;
    clusters[i] = varint();
  }
  const words = (head.mask >>> 5) + 1;
  const buckets = new Int32Array(words);
  const packed = new Int32Array(head.rows * LANES);
  let bucket = 0;
  for (let row = 0; row < head.rows; row++) {
    bucket += varint();
    buckets[bucket >>> 5] = (buckets[bucket >>> 5] ?? 0) | (1 << (bucket & 31));
    // Of the labels that have a weight alone, from the lowest bit on: few of them do.
    for (let present = varint(); present !== 0; present &= present - 1) {
      const l = 31 - Math.clz32(present & -present);
      const weight = ((bytes[at++] ?? 0) << 24) >> 24;
      const lane = row * LANES + (l >> 1);
      packed[lane] = (packed[lane] ?? 0) + (l % 2 === 0 ? weight : weight * 65536);
    }
  }
  const ranks = new Int32Array(words);
  for (let word = 1; word < words; word++) ranks[word] = (ranks[word - 1] ?? 0) + bitsOf(buckets[word - 1] ?? 0);
  return {
    version: head.version,
    lexicon: new Lexicon({ keys, bits, clusters }),
    mask: head.mask,
    present: buckets,
    ranks,
    packed,
    scale: head.scale,
    transitions: Float32Array.from(head.transitions),
  };
}
