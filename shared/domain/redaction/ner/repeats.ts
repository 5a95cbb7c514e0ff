import type { Entity } from '../entity.ts';
import { PAD, type TokenFacts } from './facts.ts';
import { LEARNED_NAMES, OUTSIDE } from './labels.ts';
import { BIT } from './lexicon.ts';
import { type Tokens, WORD } from './tokenize.ts';

/** How sure a name must be for its words to count elsewhere in the text, and how sure it is there. */
const SURE = 0.95;
const ELSEWHERE = 0.7;
const SHORTEST = 3;
const CAPITAL = /^\p{Lu}/u;
const ORDINARY =
  BIT.COMMON | BIT.USUAL | BIT.FUNCTION | BIT.DATE_WORD | BIT.HONORIFIC | BIT.COMPANY_WORD | BIT.PLACE_WORD;

/**
 * Names that are certain in one place of a text and were overlooked in another: `Ms. Orlova signed` tells what `Orlova` is
 * where nothing else does. Capitalized words alone, none that is also an ordinary word.
 */
export class Repeats {
  readonly #known = new Map<string, string>();
  readonly #overlooked: { word: string; start: number; end: number }[] = [];

  /** Takes note of the words of a piece: of the names found in it, and of those outside of all. */
  note(text: string, tokens: Tokens, facts: TokenFacts, labels: Uint8Array, found: readonly Entity[]): void {
    let next = 0;
    for (let i = 0; i < tokens.count; i++) {
      const start = tokens.starts[i] ?? 0;
      const end = tokens.ends[i] ?? 0;
      if (tokens.kinds[i] !== WORD || end - start < SHORTEST) continue;
      if (((facts.bits[i + PAD] ?? 0) & ORDINARY) !== 0) continue;
      const word = text.slice(start, end);
      if (!CAPITAL.test(word)) continue;
      if ((labels[i] ?? OUTSIDE) === OUTSIDE) {
        this.#overlooked.push({ word, start, end });
        continue;
      }
      while (next < found.length && (found[next]?.end ?? 0) <= start) next++;
      const entity = found[next];
      if (entity === undefined || entity.start > start || entity.score < SURE) continue;
      const alone = entity.start === start && entity.end === end;
      if (entity.type === 'PERSON' || (alone && (entity.type === 'ORGANIZATION' || entity.type === 'LOCATION')))
        this.#known.set(word, this.#known.get(word) ?? entity.type);
    }
  }

  /** What was overlooked and is known now, in order. */
  entities(version: string): Entity[] {
    const out: Entity[] = [];
    for (const { word, start, end } of this.#overlooked) {
      const type = this.#known.get(word);
      if (type === undefined) continue;
      const last = out.at(-1);
      if (last?.type === type && last.end === start - 1) last.end = end;
      else
        out.push({
          type,
          start,
          end,
          score: ELSEWHERE,
          recognizer: LEARNED_NAMES,
          why: `learned model ${version}, named elsewhere`,
        });
    }
    return out;
  }
}
