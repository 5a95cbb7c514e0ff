/** Lower case without diacritics; for comparing, never for showing. */
export const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

const TOKEN = /[\p{L}\p{N}]+/gu;

export interface Token {
  text: string;
  /** Half-open range in the text it came from. */
  start: number;
  end: number;
}

/** Folded runs of letters and digits with their place in `text`. */
export function tokenize(text: string): Token[] {
  const found: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    found.push({ text: fold(match[0]), start: match.index, end: match.index + match[0].length });
  }
  return found;
}

/**
 * Whether `a` becomes `b` with at most `max` insertions, deletions or substitutions (Levenshtein, cut to the band that
 * can still succeed). Meant for tokens: callers bound their length.
 */
export function within(a: string, b: string, max: number): boolean {
  if (Math.abs(a.length - b.length) > max) return false;
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const value = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      current.push(value);
      if (value < best) best = value;
    }
    if (best > max) return false;
    previous = current;
  }
  return (previous[b.length] ?? max + 1) <= max;
}

/** `Date of Birth:` becomes `date_of_birth`; at most 64 characters, never empty. */
export function slug(text: string): string {
  const words = tokenize(text.slice(0, 200)).map((token) => token.text);
  const name = words.join('_').slice(0, 64).replace(/_+$/, '');
  if (name === '') return 'field';
  return /^[a-z]/.test(name) ? name : `field_${name}`.slice(0, 64);
}

/** Cut to `max` UTF-16 units without leaving half a surrogate pair. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = /[\uD800-\uDBFF]/.test(text[max - 1] ?? '') ? max - 1 : max;
  return text.slice(0, end);
}
