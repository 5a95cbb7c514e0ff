import { PAD, type TokenFacts } from './facts.ts';
import { hashText, mix } from './hash.ts';
import { BIT, coarseOf } from './lexicon.ts';

/** Features of one token. */
export const FEATURES = 68;

const NAMES = BIT.GIVEN_COMMON | BIT.GIVEN | BIT.SURNAME_COMMON | BIT.SURNAME;
const PLACES = BIT.CITY_BIG | BIT.CITY | BIT.REGION;
const USE = BIT.NOUN | BIT.VERB | BIT.ADJECTIVE | BIT.FUNCTION;
const TIERS = BIT.COMMON | BIT.USUAL | BIT.KNOWN;
const COARSE =
  BIT.GIVEN_COMMON | BIT.SURNAME_COMMON | TIERS | BIT.NATIONALITY | BIT.COMPANY_WORD | BIT.JOB | BIT.STREET_WORD;

/** What lists say, with the finer distinctions dropped: combinations of it are seen often enough to learn from. */
function coarse(bits: number): number {
  return (
    (bits & COARSE) | ((bits & NAMES) === 0 ? 0 : 2) | ((bits & PLACES) === 0 ? 0 : 16) | ((bits & USE) === 0 ? 0 : 32)
  );
}

/** Neighbours' part of speech as far as lists know it, and how usual the word is. */
const use = (bits: number, kind: number): number => (bits & (USE | TIERS | BIT.HONORIFIC | BIT.DATE_WORD)) | kind;

const SEED = Int32Array.from({ length: FEATURES }, (_, index) => hashText(`feature ${index}`));

/**
 * Writes the buckets of a token's features to `out[at..at + FEATURES]`. A bucket is a hash under `mask`; two features that
 * fall into one bucket share a weight. Written out one by one, then mixed with their seeds in a loop: twice as fast as a call for each.
 */
export function featuresOf(facts: TokenFacts, index: number, mask: number, out: Int32Array, at: number): void {
  const { word, shape, bits, cluster, suffix2, suffix3, suffix4, prefix3 } = facts;
  const { label, style, place, prose, ahead, kind } = facts;
  const i = index + PAD;
  const w = word[i] ?? 0;
  const w1 = word[i - 1] ?? 0;
  const w2 = word[i - 2] ?? 0;
  const v1 = word[i + 1] ?? 0;
  const v2 = word[i + 2] ?? 0;
  const s = shape[i] ?? 0;
  const s1 = shape[i - 1] ?? 0;
  const t1 = shape[i + 1] ?? 0;
  const t2 = shape[i + 2] ?? 0;
  const b = bits[i] ?? 0;
  const b1 = bits[i - 1] ?? 0;
  const b2 = bits[i - 2] ?? 0;
  const d1 = bits[i + 1] ?? 0;
  const d2 = bits[i + 2] ?? 0;
  const g = coarse(b);
  const g1 = coarse(b1);
  const h1 = coarse(d1);
  const before = use(b1, kind[i - 1] ?? 0);
  const before2 = use(b2, kind[i - 2] ?? 0);
  const after = use(d1, kind[i + 1] ?? 0);
  const after2 = use(d2, kind[i + 2] ?? 0);
  const l = label[i] ?? 0;
  const y = style[i] ?? 0;
  const p = place[i] ?? 0;
  const gs = mix(g, s);
  const bigram1 = mix(w2, w1);
  const bigram2 = mix(v1, v2);
  const c = cluster[i] ?? 0;
  const c1 = cluster[i - 1] ?? 0;
  const f1 = cluster[i + 1] ?? 0;
  const k = coarseOf(c);
  const k1 = coarseOf(c1);
  const k2 = coarseOf(cluster[i - 2] ?? 0);
  const m1 = coarseOf(f1);
  const m2 = coarseOf(cluster[i + 2] ?? 0);
  const r = prose[i] ?? 0;
  const a = ahead[i] ?? 0;
  const ra = mix(r, a);

  out[at] = w;
  out[at + 1] = w1;
  out[at + 2] = v1;
  out[at + 3] = w2;
  out[at + 4] = v2;
  out[at + 5] = mix(w1, w);
  out[at + 6] = mix(w, v1);
  out[at + 7] = mix(w1, v1);
  out[at + 8] = s;
  out[at + 9] = mix(s1, s);
  out[at + 10] = mix(s, t1);
  out[at + 11] = mix(mix(s1, s), t1);
  out[at + 12] = mix(mix(s1, s), mix(t1, t2));
  out[at + 13] = suffix2[i] ?? 0;
  out[at + 14] = suffix3[i] ?? 0;
  out[at + 15] = suffix4[i] ?? 0;
  out[at + 16] = prefix3[i] ?? 0;
  out[at + 17] = b;
  out[at + 18] = b1;
  out[at + 19] = d1;
  out[at + 20] = mix(b, s);
  out[at + 21] = mix(mix(g1, g), h1);
  out[at + 22] = mix(mix(g1, s1), gs);
  out[at + 23] = mix(gs, mix(h1, t1));
  out[at + 24] = mix(w1, s);
  out[at + 25] = mix(v1, s);
  out[at + 26] = mix(w1, gs);
  out[at + 27] = mix(v1, gs);
  out[at + 28] = bigram1;
  out[at + 29] = bigram2;
  out[at + 30] = mix(bigram1, s);
  out[at + 31] = mix(bigram2, s);
  out[at + 32] = mix(mix(w1, gs), v1);
  out[at + 33] = mix(l, s);
  out[at + 34] = mix(l, g);
  out[at + 35] = mix(y, gs);
  out[at + 36] = mix(p, s);
  out[at + 37] = mix(mix(p, gs), t1);
  out[at + 38] = mix(mix(before, gs), after);
  out[at + 39] = mix(mix(before2, before), gs);
  out[at + 40] = mix(mix(after, after2), gs);
  out[at + 41] = mix(b, mix(b1, d1));
  out[at + 42] = c;
  out[at + 43] = c1;
  out[at + 44] = f1;
  out[at + 45] = mix(k, 7);
  out[at + 46] = mix(c, s);
  out[at + 47] = mix(c, g);
  out[at + 48] = mix(k1, k);
  out[at + 49] = mix(k, m1);
  out[at + 50] = mix(mix(k1, k), m1);
  out[at + 51] = mix(mix(k1, gs), m1);
  out[at + 52] = mix(mix(k2, k1), gs);
  out[at + 53] = mix(mix(m1, m2), gs);
  out[at + 54] = mix(c1, gs);
  out[at + 55] = mix(f1, gs);
  out[at + 56] = mix(cluster[i - 2] ?? 0, s);
  out[at + 57] = mix(cluster[i + 2] ?? 0, s);
  out[at + 58] = word[i - 3] ?? 0;
  out[at + 59] = word[i + 3] ?? 0;
  out[at + 60] = mix(bigram1, v1);
  out[at + 61] = mix(mix(word[i - 3] ?? 0, bigram1), s);
  out[at + 62] = mix(ra, gs);
  out[at + 63] = mix(mix(ra, s1), s);
  out[at + 64] = mix(ra, w);
  out[at + 65] = mix(ra, mix(s, t1));
  out[at + 66] = mix(r, mix(y, gs));
  out[at + 67] = mix(suffix3[i - 1] ?? 0, mix(suffix3[i + 1] ?? 0, s));
  for (let k = 0; k < FEATURES; k++) out[at + k] = mix(SEED[k] ?? 0, out[at + k] ?? 0) & mask;
}
