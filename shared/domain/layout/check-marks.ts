import type { Checkbox, Word } from '../page.ts';
import { inside } from './marks.ts';

/** Characters that are check boxes; the private ones are what symbol fonts leave of theirs in a text layer. */
const GLYPHS: Readonly<Record<string, Checkbox['state']>> = {
  '☐': 'unchecked',
  '□': 'unchecked',
  '▢': 'unchecked',
  '❏': 'unchecked',
  '❑': 'unchecked',
  '❒': 'unchecked',
  '\uf0a8': 'unchecked',
  '☑': 'checked',
  '\uf0fe': 'checked',
  '🗹': 'checked',
  '☒': 'crossed',
  '\uf0fd': 'crossed',
  '🗷': 'crossed',
};

const SPELT: readonly [RegExp, Checkbox['state']][] = [
  [/^\[_?\]/u, 'unchecked'],
  [/^\[[✓✔vV]\]/u, 'checked'],
  [/^\[[xX×✗✘]\]/u, 'crossed'],
];

/** The check box that a word is, or begins with. */
function stateOf(text: string): { state: Checkbox['state']; length: number } | null {
  const [first = ''] = text;
  const glyph = GLYPHS[first];
  if (glyph !== undefined) return { state: glyph, length: first.length };
  for (const [pattern, state] of SPELT) {
    const match = pattern.exec(text);
    if (match !== null) return { state, length: match[0].length };
  }
  return null;
}

/** Check boxes of a page: those that were `found` in its pixels, then those that its words spell (`☐`, `[x]`), each once. */
export function checkboxesOf(words: readonly Word[], found: readonly Checkbox[]): Checkbox[] {
  const spelt = words.flatMap((word): Checkbox[] => {
    const box = stateOf(word.text);
    if (box === null) return [];
    const [x0, y0, x1, y1] = word.box;
    return [{ state: box.state, box: [x0, y0, x0 + ((x1 - x0) * box.length) / word.text.length, y1] }];
  });
  const fresh = spelt.filter((one) => !found.some((other) => inside(one.box, other.box, 2)));
  return [...found, ...fresh].sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0]);
}
