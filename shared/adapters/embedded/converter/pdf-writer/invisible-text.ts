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

/** Operators that lay each word, unseen (render mode 3), over its box: stretched to the box's width, followed by a space. */
export function invisibleText(words: readonly Word[], dpi: number, page: PageSize, codes: CharacterCodes): string {
  const scale = 72 / dpi;
  const out: string[] = ['BT 3 Tr'];
  for (const word of words) {
    const text = word.text.toWellFormed();
    const length = [...text].length;
    const size = Math.max(1, (word.box[3] - word.box[1]) * scale);
    const width = Math.max(0.1, (word.box[2] - word.box[0]) * scale);
    if (length === 0) continue;
    const stretch = (100 * width) / (length * 0.5 * size);
    const x = word.box[0] * scale;
    const y = page.height - word.box[3] * scale + 0.2 * size;
    out.push(
      `/T ${number(size)} Tf ${number(stretch)} Tz 1 0 0 1 ${number(x)} ${number(y)} Tm <${codes.encode(`${text} `)}> Tj`,
    );
  }
  out.push('ET');
  return out.length === 2 ? '' : out.join('\n');
}
