import { editDistance } from '#shared/domain/edit-distance.ts';
import { type Page, pageText, type Word } from '../../shared/domain/page.ts';

export interface ComparedRead {
  id: string;
  version: string;
  /** Of one thread. */
  seconds: number;
  page: Page;
}

export interface Difference {
  reference: Word | null;
  other: Word | null;
}

/** Words that share less of the smaller one's box are not the same word. */
const MIN_OVERLAP = 0.3;

/** What each made of the page, and where the others differ from the first. */
export function comparePages<T extends ComparedRead>(reads: readonly T[]) {
  const [reference, ...others] = reads;
  return {
    models: reads.map((read) => {
      const { words } = read.page;
      const sum = words.reduce((total, word) => total + word.confidence, 0);
      const confidence = words.length === 0 ? 0 : sum / words.length;
      return { ...read, text: pageText(read.page), words: words.length, confidence };
    }),
    comparisons:
      reference === undefined
        ? []
        : others.map((other) => ({
            reference: reference.id,
            other: other.id,
            ...compareWords(reference.page.words, other.page.words),
          })),
  };
}

/**
 * Words are paired by how much of their boxes they share and how alike they read, the best pairs first. `agreement`: those
 * that read the same, of all (Dice). `characterError`: edits within pairs and characters of words without a counterpart, by
 * characters of the reference; spaces do not count.
 */
export function compareWords(
  reference: readonly Word[],
  other: readonly Word[],
): { agreement: number; characterError: number; differences: Difference[] } {
  const pairs = pairWords(reference, other);
  const taken = new Set(pairs.values());
  const differences: Difference[] = [];
  let same = 0;
  let edits = 0;
  for (const [index, word] of reference.entries()) {
    const at = pairs.get(index);
    const counterpart = at === undefined ? undefined : other[at];
    if (counterpart?.text === word.text) same++;
    else {
      edits += counterpart === undefined ? word.text.length : editDistance(word.text, counterpart.text);
      differences.push({ reference: word, other: counterpart ?? null });
    }
  }
  for (const [index, word] of other.entries()) {
    if (taken.has(index)) continue;
    edits += word.text.length;
    differences.push({ reference: null, other: word });
  }
  const words = reference.length + other.length;
  const characters = reference.reduce((sum, word) => sum + word.text.length, 0);
  return {
    agreement: words === 0 ? 1 : (2 * same) / words,
    characterError: edits === 0 ? 0 : edits / Math.max(1, characters),
    differences,
  };
}

/** Pixels: words are looked for in the bands across the page that they touch, not in all of it. */
const BAND = 64;
const bandsOf = ({ box }: Word): number[] => {
  const first = Math.floor(box[1] / BAND);
  return Array.from({ length: Math.max(1, Math.floor(box[3] / BAND) - first + 1) }, (_, by) => first + by);
};

/** Index in `reference` to index in `other`, each at most once. */
function pairWords(reference: readonly Word[], other: readonly Word[]): Map<number, number> {
  const byBand = new Map<number, number[]>();
  for (const [b, word] of other.entries())
    for (const band of bandsOf(word)) {
      const there = byBand.get(band);
      if (there === undefined) byBand.set(band, [b]);
      else there.push(b);
    }
  const candidates: { a: number; b: number; score: number }[] = [];
  for (const [a, word] of reference.entries())
    for (const b of new Set(bandsOf(word).flatMap((band) => byBand.get(band) ?? []))) {
      const candidate = other[b];
      if (candidate === undefined) continue;
      const overlap = shareOf(word.box, candidate.box);
      if (overlap < MIN_OVERLAP) continue;
      const longer = Math.max(word.text.length, candidate.text.length, 1);
      candidates.push({ a, b, score: overlap + 1 - editDistance(word.text, candidate.text) / longer });
    }
  const pairs = new Map<number, number>();
  const taken = new Set<number>();
  for (const { a, b } of candidates.sort((x, y) => y.score - x.score)) {
    if (pairs.has(a) || taken.has(b)) continue;
    pairs.set(a, b);
    taken.add(b);
  }
  return pairs;
}

/** What two boxes have in common, of the smaller one. */
function shareOf(a: Word['box'], b: Word['box']): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const area = ([x0, y0, x1, y1]: Word['box']): number => (x1 - x0) * (y1 - y0);
  return (width * height) / Math.max(1, Math.min(area(a), area(b)));
}
