import { PAD, type TokenFacts } from './facts.ts';
import { mix } from './hash.ts';

/**
 * For each token a number for all that its features can depend on: equal where the votes are equal. 53 bits, so that two windows
 * of one piece never share one by chance. A text that repeats itself is then read once.
 */
export function windowKeys(facts: TokenFacts, count: number): Float64Array {
  const { word, shape, bits, cluster, suffix2, suffix3, suffix4, prefix3, label, style, place, prose, ahead } = facts;
  const size = count + 2 * PAD;
  const own = new Int32Array(size);
  const other = new Int32Array(size);
  for (let i = 0; i < size; i++) {
    // Affixes and the kind follow from the word but for a chance of its hash; shape, lists and place do not.
    const affixes = mix(mix(suffix2[i] ?? 0, suffix3[i] ?? 0), mix(suffix4[i] ?? 0, prefix3[i] ?? 0));
    const around = mix(mix(label[i] ?? 0, style[i] ?? 0), mix(place[i] ?? 0, ((prose[i] ?? 0) << 8) | (ahead[i] ?? 0)));
    const token = mix(mix(word[i] ?? 0, shape[i] ?? 0), mix(bits[i] ?? 0, cluster[i] ?? 0));
    own[i] = mix(token, mix(affixes, around));
    other[i] = mix(around, mix(token, affixes));
  }
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let a = 0;
    let b = 7;
    for (let k = i; k <= i + 2 * PAD; k++) {
      a = mix(a, own[k] ?? 0);
      b = mix(b, other[k] ?? 0);
    }
    keys[i] = (a >>> 0) * 2 ** 21 + (b >>> 11);
  }
  return keys;
}
