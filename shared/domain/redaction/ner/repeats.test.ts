import { describe, expect, it } from 'vitest';
import type { Entity } from '../entity.ts';
import { factsOf } from './facts.ts';
import { beginOf, insideOf, NER_TYPES } from './labels.ts';
import { BIT, Lexicon, wordKey } from './lexicon.ts';
import { Repeats } from './repeats.ts';
import { tokenize } from './tokenize.ts';

const lexicon = new Lexicon({
  keys: Int32Array.from([wordKey('will'), wordKey('the')].sort((a, b) => a - b)),
  bits: Int32Array.from([BIT.COMMON, BIT.COMMON]),
  clusters: new Int16Array(2),
});

/** What is found anew in a text where `name` was found as a `type`, its first time alone, with the score. */
function anew(text: string, name: string, type: (typeof NER_TYPES)[number], score = 0.99): string[] {
  const tokens = tokenize(text, 0, text.length);
  const start = text.indexOf(name);
  const end = start + name.length;
  const labels = Uint8Array.from({ length: tokens.count }, (_, i) => {
    const at = tokens.starts[i] ?? 0;
    const index = NER_TYPES.indexOf(type);
    return at < start || at >= end ? 0 : at === start ? beginOf(index) : insideOf(index);
  });
  const found: Entity[] = [{ type, start, end, score, recognizer: 'test', why: 'test' }];
  const repeats = new Repeats();
  repeats.note(text, tokens, factsOf(text, tokens, lexicon), labels, found);
  return repeats.entities('1').map((entity) => `${entity.type} ${text.slice(entity.start, entity.end)}`);
}

describe('names that come again', () => {
  it('are found by their words, before and after', () => {
    expect(anew('Orlova paid. Ms. Vera Orlova signed. Vera Orlova left.', 'Vera Orlova', 'PERSON')).toEqual([
      'PERSON Orlova',
      'PERSON Vera Orlova',
    ]);
  });

  it('are not where they are ordinary words, in small letters, or not certain', () => {
    expect(anew('Will Orlova is here. Will you? See orlova.', 'Will Orlova', 'PERSON')).toEqual([]);
    expect(anew('Vera Orlova signed. Orlova left.', 'Vera Orlova', 'PERSON', 0.9)).toEqual([]);
  });

  it('are not where a word of an organization stands alone', () => {
    expect(anew('Acme Kiosk pays. Kiosk closed.', 'Acme Kiosk', 'ORGANIZATION')).toEqual([]);
    expect(anew('Zyntra pays. Ask Zyntra.', 'Zyntra', 'ORGANIZATION')).toEqual(['ORGANIZATION Zyntra']);
  });
});
