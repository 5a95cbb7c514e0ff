import type { FieldDef } from './catalogue/field-def.ts';
import { CATALOGUE } from './catalogue/index.ts';
import { tokenize, within } from './text.ts';
import type { Row } from './view.ts';

interface Phrase {
  tokens: readonly string[];
  fields: FieldDef[];
}

/** A label found on a row; `fields` are those that it may stand for. */
export interface LabelHit {
  row: Row;
  /** Half-open range in the row's text. */
  start: number;
  end: number;
  fields: readonly FieldDef[];
  /** False where OCR errors had to be forgiven. */
  exact: boolean;
  /** Tokens in the label; a longer label says more. */
  size: number;
}

const folded = (text: string): string =>
  tokenize(text.slice(0, 80))
    .map((token) => token.text)
    .join(' ');

const KNOWN: ReadonlySet<string> = new Set(CATALOGUE.flatMap((field) => field.labels.map(folded)));

/** Whether a text is nothing but a label of the catalogue: where a value is looked for, an empty place. */
export const isLabel = (text: string): boolean => text.length <= 80 && KNOWN.has(folded(text));

/** Longest token that is compared with tolerance. */
const MAX_TOKEN = 32;

/**
 * Finds label synonyms on rows. Tokens are looked up in a table by the label's first token; a token of five letters or
 * more that is in no label is taken for a label token at one edit (two from nine letters on), decided once a distinct
 * token, so that the work stays linear in the words.
 */
export class LabelIndex {
  readonly #byFirst = new Map<string, Phrase[]>();
  readonly #vocabulary = new Set<string>();
  readonly #byLength = new Map<number, string[]>();
  readonly #corrected = new Map<string, string>();

  constructor(fields: readonly FieldDef[]) {
    const phrases = new Map<string, Phrase>();
    const add = (tokens: string[], field: FieldDef) => {
      if (tokens.length === 0) return;
      const key = tokens.join(' ');
      const known = phrases.get(key);
      if (known === undefined) phrases.set(key, { tokens, fields: [field] });
      else if (!known.fields.includes(field)) known.fields.push(field);
    };
    for (const field of fields) {
      for (const label of field.labels) {
        const tokens = tokenize(label).map((token) => token.text);
        add(tokens, field);
        // OCR and narrow type lose spaces: INVOICENO.
        const joined = tokens.join('');
        if (tokens.length > 1 && joined.length >= 6) add([joined], field);
      }
    }
    for (const phrase of phrases.values()) {
      const first = phrase.tokens[0] ?? '';
      this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), phrase]);
      for (const token of phrase.tokens) this.#vocabulary.add(token);
    }
    for (const list of this.#byFirst.values()) list.sort((a, b) => b.tokens.length - a.tokens.length);
    for (const token of this.#vocabulary) {
      if (token.length < 5) continue;
      this.#byLength.set(token.length, [...(this.#byLength.get(token.length) ?? []), token]);
    }
  }

  #correct(token: string): string {
    if (token.length < 5 || token.length > MAX_TOKEN || this.#vocabulary.has(token)) return token;
    const known = this.#corrected.get(token);
    if (known !== undefined) return known;
    // A digit in a word is the usual OCR slip; a number is not a word.
    const plain =
      /\d/.test(token) && /\p{L}/u.test(token) ? token.replace(/0/g, 'o').replace(/1/g, 'l').replace(/5/g, 's') : token;
    let result = token;
    if (this.#vocabulary.has(plain)) result = plain;
    else if (!/\d/.test(plain)) {
      const max = token.length >= 9 ? 2 : 1;
      search: for (let length = token.length - max; length <= token.length + max; length++) {
        for (const candidate of this.#byLength.get(length) ?? []) {
          if (candidate[0] !== plain[0] && candidate.at(-1) !== plain.at(-1)) continue;
          if (within(plain, candidate, max)) {
            result = candidate;
            break search;
          }
        }
      }
    }
    // Distinct tokens of a hostile document are bounded here, not remembered without end.
    if (this.#corrected.size < 50_000) this.#corrected.set(token, result);
    return result;
  }

  find(row: Row): LabelHit[] {
    const tokens = tokenize(row.text);
    const hits: LabelHit[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i];
      if (token === undefined) break;
      const phrases = this.#byFirst.get(this.#correct(token.text));
      if (phrases === undefined) continue;
      for (const phrase of phrases) {
        let exact = true;
        let j = 0;
        for (; j < phrase.tokens.length; j++) {
          const found = tokens[i + j];
          if (found === undefined || this.#correct(found.text) !== phrase.tokens[j]) break;
          const previous = tokens[i + j - 1];
          if (j > 0 && previous !== undefined && found.start - previous.end > 4) break;
          if (found.text !== phrase.tokens[j]) exact = false;
        }
        const end = tokens[i + phrase.tokens.length - 1]?.end;
        if (j < phrase.tokens.length || end === undefined) continue;
        hits.push({ row, start: token.start, end, fields: phrase.fields, exact, size: phrase.tokens.length });
        i += phrase.tokens.length - 1;
        break;
      }
    }
    return hits;
  }
}
