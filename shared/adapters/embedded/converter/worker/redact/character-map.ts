/** Letters that one glyph may stand for: the longest ligature in use, with room. */
const MOST_LETTERS = 4;
const MAX_ENTRIES = 65_536;
const HEX = '<\\s*([0-9A-Fa-f\\s]*)>';
const SECTION = /begin(bfchar|bfrange|codespacerange)([\s\S]*?)end\1/g;
const PAIR = new RegExp(`${HEX}\\s*${HEX}`, 'g');
const RANGE = new RegExp(`${HEX}\\s*${HEX}\\s*(?:${HEX}|\\[([^\\]]*)\\])`, 'g');

const bare = (hex: string | undefined): string => (hex ?? '').replace(/\s/g, '').toLowerCase();
const fits = (hex: string): boolean => hex.length >= 2 && hex.length <= MOST_LETTERS * 4;

/**
 * A map from codes to characters (ToUnicode) written anew from its entries: without comments, names and programs, and without
 * entries that make a phrase of a glyph. Null when it cannot be read or says too much.
 */
export function plainCharacterMap(map: string): string | null {
  const spaces = new Set<string>();
  const chars: string[] = [];
  const ranges: string[] = [];
  for (const [, kind, body = ''] of map.matchAll(SECTION)) {
    if (kind === 'codespacerange')
      for (const [, from, to] of body.matchAll(PAIR)) spaces.add(`<${bare(from)}> <${bare(to)}>`);
    else if (kind === 'bfchar') {
      for (const [, from, to] of body.matchAll(PAIR)) if (fits(bare(to))) chars.push(`<${bare(from)}> <${bare(to)}>`);
    } else
      for (const [, from, to, start, list] of body.matchAll(RANGE)) {
        if (list === undefined) {
          if (fits(bare(start))) ranges.push(`<${bare(from)}> <${bare(to)}> <${bare(start)}>`);
          continue;
        }
        const first = Number.parseInt(bare(from), 16);
        Array.from(list.matchAll(new RegExp(HEX, 'g'))).forEach(([, one], index) => {
          const code = (first + index).toString(16).padStart(bare(from).length, '0');
          if (fits(bare(one))) chars.push(`<${code}> <${bare(one)}>`);
        });
      }
    if (chars.length + ranges.length > MAX_ENTRIES) return null;
  }
  if (spaces.size === 0 || [...spaces, ...chars, ...ranges].some((line) => line.includes('<>'))) return null;
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap',
    '/CMapName /Map def /CMapType 2 def',
    ...sections('codespacerange', [...spaces]),
    ...sections('bfchar', chars.sort()),
    ...sections('bfrange', ranges.sort()),
    'endcmap CMapName currentdict /CMap defineresource pop end end',
  ].join('\n');
}

/** At most a hundred entries a section. */
function sections(kind: string, lines: readonly string[]): string[] {
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 100) {
    const part = lines.slice(at, at + 100);
    out.push(`${part.length} begin${kind}`, ...part, `end${kind}`);
  }
  return out;
}
