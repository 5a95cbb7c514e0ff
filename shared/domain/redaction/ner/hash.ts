/** 32-bit hashes of words and of combinations of hashes; the same at training and at work, so never changed alone. */

/** FNV-1a over UTF-16 units. */
export function hashText(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** The same of a part of a text; the seed tells prefixes from suffixes. */
export function hashPart(text: string, from: number, to: number, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let i = Math.max(0, from); i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** Of two hashes; order matters. */
export function mix(a: number, b: number): number {
  const hash = Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
