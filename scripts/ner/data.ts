import { factsOf } from '#shared/domain/redaction/ner/facts.ts';
import { hashText } from '#shared/domain/redaction/ner/hash.ts';
import { beginOf, insideOf, LABELS, mayHold, NER_TYPES, OUTSIDE } from '#shared/domain/redaction/ner/labels.ts';
import {
  BIT,
  type Entries,
  fold,
  type Lexicon,
  MAX_PHRASE,
  phraseKey,
  wordKey,
} from '#shared/domain/redaction/ner/lexicon.ts';
import { BREAK, tokenize } from '#shared/domain/redaction/ner/tokenize.ts';
import type { Example } from './crf.ts';
import type { Random } from './random.ts';
import type { Sample } from './samples.ts';

/** All words and phrases with what lists say and their clusters, phrases reachable from their first word; sorted by key. */
export function lexiconEntries(listed: ReadonlyMap<string, number>, clusters: ReadonlyMap<string, number>): Entries {
  const byKey = new Map<number, { bits: number; cluster: number }>();
  const at = (key: number): { bits: number; cluster: number } => {
    const known = byKey.get(key) ?? { bits: 0, cluster: 0 };
    byKey.set(key, known);
    return known;
  };
  for (const [name, bits] of listed) {
    const tokens = tokenize(name, 0, name.length);
    if (tokens.count === 0 || tokens.count > MAX_PHRASE) continue;
    let key = 0;
    for (let i = 0; i < tokens.count; i++) {
      const word = wordKey(fold(name.slice(tokens.starts[i], tokens.ends[i])));
      key = i === 0 ? word : phraseKey(key, word);
      at(key).bits |= i === tokens.count - 1 ? bits : BIT.GOES_ON;
    }
  }
  // The more frequent of two words that are written alike but for an accent comes first.
  for (const [word, cluster] of clusters) {
    const entry = at(wordKey(fold(word)));
    if (entry.cluster === 0) entry.cluster = cluster;
  }
  const sorted = [...byKey].sort((a, b) => a[0] - b[0]);
  return {
    keys: Int32Array.from(sorted, ([key]) => key),
    bits: Int32Array.from(sorted, ([, { bits }]) => bits),
    clusters: Int16Array.from(sorted, ([, { cluster }]) => cluster),
  };
}

const MAX_TOKENS = 220;

/** Facts and allowed labels of a sample; null for an empty one. `hide` is the share of listed names taken as not listed. */
export function exampleOf(sample: Sample, lexicon: Lexicon, random: Random, hide: number): Example | null {
  const tokens = tokenize(sample.text, 0, sample.text.length);
  const count = Math.min(tokens.count, MAX_TOKENS);
  if (count === 0) return null;
  const cut = { ...tokens, count };
  let free = 1 << OUTSIDE;
  for (const type of sample.unlabelled) {
    const index = NER_TYPES.indexOf(type);
    free |= (1 << beginOf(index)) | (1 << insideOf(index));
  }
  const allowed = new Int32Array(count).fill(free);
  const owner = new Int32Array(count).fill(-1);
  const covers = (span: { start: number; end: number }, i: number): boolean =>
    (tokens.starts[i] ?? 0) < span.end && (tokens.ends[i] ?? 0) > span.start;
  for (const span of sample.unknown)
    for (let i = 0; i < count; i++) if (covers(span, i)) allowed[i] = (1 << LABELS) - 1;
  sample.spans.forEach((span, index) => {
    const type = NER_TYPES.indexOf(span.type);
    let inside = false;
    for (let i = 0; i < count; i++) {
      if (!covers(span, i)) continue;
      const kind = tokens.kinds[i] ?? 0;
      // What no span crosses ends one and begins the next.
      if (kind >= BREAK && !(inside && mayHold(insideOf(type), kind))) {
        inside = false;
        continue;
      }
      allowed[i] = 1 << (inside ? insideOf(type) : beginOf(type));
      owner[i] = index;
      inside = true;
    }
  });
  const hidden = sample.spans.map(() => random.chance(hide));
  const facts = factsOf(sample.text, cut, lexicon, (i) => {
    const span = owner[i] ?? -1;
    return span < 0 ? !random.chance(hide * 0.15) : !(hidden[span] === true && random.chance(0.8));
  });
  return { facts, count, allowed };
}

/** Whether a group is kept for testing: decided by its name alone, so that it is the same in every run. */
export const isHeldOut = (group: string, share: number): boolean =>
  ((hashText(`split ${group}`) >>> 0) % 1000) / 1000 < share;

/** The fifth, 0 to 4, that a group belongs to: by its name alone too. */
export const foldOf = (group: string): number => Math.floor(((hashText(`split ${group}`) >>> 0) % 1000) / 200);
