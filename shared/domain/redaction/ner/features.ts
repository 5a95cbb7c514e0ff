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
 * fall into one bucket share a weight.
 */
export function featuresOf(facts: TokenFacts, index: number, mask: number, out: Int32Array, at: number): void {
  const { word, shape, bits, cluster, suffix2, suffix3, suffix4, prefix3 } = facts;
  const { label, style, place, prose, ahead, kind } = facts;
  const i = index + PAD;
  let next = at;
  let seed = 0;
  const put = (hash: number): void => {
    out[next++] = mix(SEED[seed++] ?? 0, hash) & mask;
  };
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

  put(w);
  put(w1);
  put(v1);
  put(w2);
  put(v2);
  put(mix(w1, w));
  put(mix(w, v1));
  put(mix(w1, v1));
  put(s);
  put(mix(s1, s));
  put(mix(s, t1));
  put(mix(mix(s1, s), t1));
  put(mix(mix(s1, s), mix(t1, t2)));
  put(suffix2[i] ?? 0);
  put(suffix3[i] ?? 0);
  put(suffix4[i] ?? 0);
  put(prefix3[i] ?? 0);
  put(b);
  put(b1);
  put(d1);
  put(mix(b, s));
  put(mix(mix(g1, g), h1));
  put(mix(mix(g1, s1), gs));
  put(mix(gs, mix(h1, t1)));
  put(mix(w1, s));
  put(mix(v1, s));
  put(mix(w1, gs));
  put(mix(v1, gs));
  put(bigram1);
  put(bigram2);
  put(mix(bigram1, s));
  put(mix(bigram2, s));
  put(mix(mix(w1, gs), v1));
  put(mix(l, s));
  put(mix(l, g));
  put(mix(y, gs));
  put(mix(p, s));
  put(mix(mix(p, gs), t1));
  put(mix(mix(before, gs), after));
  put(mix(mix(before2, before), gs));
  put(mix(mix(after, after2), gs));
  put(mix(b, mix(b1, d1)));
  put(c);
  put(c1);
  put(f1);
  put(mix(k, 7));
  put(mix(c, s));
  put(mix(c, g));
  put(mix(k1, k));
  put(mix(k, m1));
  put(mix(mix(k1, k), m1));
  put(mix(mix(k1, gs), m1));
  put(mix(mix(k2, k1), gs));
  put(mix(mix(m1, m2), gs));
  put(mix(c1, gs));
  put(mix(f1, gs));
  put(mix(cluster[i - 2] ?? 0, s));
  put(mix(cluster[i + 2] ?? 0, s));
  put(word[i - 3] ?? 0);
  put(word[i + 3] ?? 0);
  put(mix(bigram1, v1));
  put(mix(mix(word[i - 3] ?? 0, bigram1), s));
  put(mix(ra, gs));
  put(mix(mix(ra, s1), s));
  put(mix(ra, w));
  put(mix(ra, mix(s, t1)));
  put(mix(r, mix(y, gs)));
  put(mix(suffix3[i - 1] ?? 0, mix(suffix3[i + 1] ?? 0, s)));
}
