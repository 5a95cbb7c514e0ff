import type { Word } from '../../../../domain/page.ts';
import type { PageSize } from '../../../../ports/converter.ts';

const MAX_CODES = 65_000;
const hex4 = (value: number): string => value.toString(16).padStart(4, '0');

/** Two-byte codes for the characters of one document, given out in order of first use. */
export class CharacterCodes {
  readonly #codes = new Map<string, number>();

  /** Hex string for a `Tj`; characters beyond 65,000 different ones become spaces. */
  encode(text: string): string {
    let out = '';
    for (const char of text) {
      let code = this.#codes.get(char);
      if (code === undefined) {
        if (this.#codes.size >= MAX_CODES) code = this.#codes.get(' ') ?? 1;
        else {
          code = this.#codes.size + 1;
          this.#codes.set(char, code);
        }
      }
      out += hex4(code);
    }
    return out;
  }

  /** The ToUnicode CMap (PDF 32000-1, 9.10.3). */
  toUnicode(): string {
    const entries = [...this.#codes].map(([char, code]) => {
      const units = Array.from({ length: char.length }, (_, i) => hex4(char.charCodeAt(i)));
      return `<${hex4(code)}> <${units.join('')}>`;
    });
    const blocks: string[] = [];
    for (let i = 0; i < entries.length; i += 100) {
      const block = entries.slice(i, i + 100);
      blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
    }
    return [
      '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
      '/CMapName /Adobe-Identity-UCS def /CMapType 2 def',
      '1 begincodespacerange <0000> <ffff> endcodespacerange',
      ...blocks,
      'endcmap CMapName currentdict /CMap defineresource pop end end',
    ].join('\n');
  }
}

const number = (value: number): string => value.toFixed(2).replace(/\.?0+$/, '');

/** How much higher than wide a box of two characters and more is from which its word runs up or down the page. */
const SIDEWAYS = 1.5;

type Direction = 'along' | 'up' | 'down';

/** Which way a word runs; of a sideways one its neighbours tell, and one alone runs up, as notes in margins do. */
function directionOf(words: readonly Word[], index: number): Direction {
  const word = words[index];
  if (word === undefined || !isSideways(word)) return 'along';
  for (const [before, after] of [
    [word, words[index + 1]],
    [words[index - 1], word],
  ])
    if (before !== undefined && after !== undefined && sameColumn(before, after))
      return after.box[1] > before.box[1] ? 'down' : 'up';
  return 'up';
}

const isSideways = ({ text, box }: Word): boolean => text.length > 1 && box[3] - box[1] > SIDEWAYS * (box[2] - box[0]);

const sameColumn = (a: Word, b: Word): boolean => Math.max(a.box[0], b.box[0]) < Math.min(a.box[2], b.box[2]);

/** Text matrix (PDF 32000-1, 9.4.2), size of the font and length of the word, in points. */
function placeOf({ box }: Word, direction: Direction, scale: number, page: PageSize) {
  const [x0, x1] = [box[0] * scale, box[2] * scale];
  const [top, bottom] = [page.height - box[1] * scale, page.height - box[3] * scale];
  const sideways = direction !== 'along';
  const size = Math.max(1, sideways ? x1 - x0 : top - bottom);
  const length = Math.max(0.1, sideways ? top - bottom : x1 - x0);
  const descent = 0.2 * size;
  if (direction === 'down') return { size, length, matrix: ['0 -1 1 0', number(x0 + descent), number(top)] };
  if (direction === 'up') return { size, length, matrix: ['0 1 -1 0', number(x1 - descent), number(bottom)] };
  return { size, length, matrix: ['1 0 0 1', number(x0), number(bottom + descent)] };
}

/** Operators that lay each word, unseen (render mode 3), over its box: stretched to the box's length, followed by a space. */
export function invisibleText(words: readonly Word[], dpi: number, page: PageSize, codes: CharacterCodes): string {
  const out: string[] = ['BT 3 Tr'];
  for (const [index, word] of words.entries()) {
    const text = word.text.toWellFormed();
    const characters = [...text].length;
    if (characters === 0) continue;
    const { size, length, matrix } = placeOf(word, directionOf(words, index), 72 / dpi, page);
    const stretch = (100 * length) / (characters * 0.5 * size);
    out.push(`/T ${number(size)} Tf ${number(stretch)} Tz ${matrix.join(' ')} Tm <${codes.encode(`${text} `)}> Tj`);
  }
  out.push('ET');
  return out.length === 2 ? '' : out.join('\n');
}
