/** Marks of the structure of tables. */
const TABLE_TAGS = ['table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'caption', 'colgroup', 'col'];
/** What these models put around what is no running text. */
export const MARK_TAGS = ['img', 'signature', 'watermark', 'page_number', 'header', 'footer'] as const;
const BREAKING = [
  'br',
  'p',
  'div',
  'li',
  'ul',
  'ol',
  'hr',
  'center',
  'blockquote',
  'section',
  'article',
  'pre',
  'dl',
  'dt',
  'dd',
];
const HEADINGS = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
const INLINE = [
  'b',
  'i',
  'u',
  'strong',
  'em',
  'sup',
  'sub',
  'small',
  'big',
  's',
  'del',
  'ins',
  'mark',
  'font',
  'span',
  'a',
  'code',
  'label',
];
const KNOWN: ReadonlySet<string> = new Set([...TABLE_TAGS, ...MARK_TAGS, ...BREAKING, ...HEADINGS, ...INLINE]);
const BREAKS: ReadonlySet<string> = new Set([...BREAKING, 'tr', 'caption', 'table']);
const IS_HEADING: ReadonlySet<string> = new Set(HEADINGS);

/** Bounded, and ended by the next angle bracket: one pass over any text. */
const TAG = /<(\/?)([a-z][a-z0-9_]{0,20})(\s[^<>]{0,2000})?\/?>/gi;
const TAG_HERE = new RegExp(TAG.source, 'iy');

export interface Tag {
  name: string;
  closes: boolean;
  attributes: string;
  start: number;
  end: number;
}

/**
 * The next tag at or after `from`. Only names that these models use count: `<jane@acme.test>`, `a <b` or `<script>` is text
 * of the page, and stays text.
 */
export function nextTag(text: string, from: number): Tag | null {
  TAG.lastIndex = from;
  for (let match = TAG.exec(text); match !== null; match = TAG.exec(text)) {
    const tag = tagOf(match);
    if (tag !== null) return tag;
  }
  return null;
}

/** The tag that starts exactly at `from`. */
export function tagAt(text: string, from: number): Tag | null {
  TAG_HERE.lastIndex = from;
  const match = TAG_HERE.exec(text);
  return match === null ? null : tagOf(match);
}

function tagOf(match: RegExpExecArray): Tag | null {
  const name = (match[2] ?? '').toLowerCase();
  if (!KNOWN.has(name)) return null;
  const end = match.index + match[0].length;
  return { name, closes: match[1] === '/', attributes: match[3] ?? '', start: match.index, end };
}

/** `colspan="2"`: the number; 1 when it is absent or none. */
export function spanOf(tag: Tag, name: 'rowspan' | 'colspan', most: number): number {
  const given = new RegExp(`\\b${name}\\s{0,3}=\\s{0,3}["']?\\s{0,3}(\\d{1,6})`, 'i').exec(tag.attributes)?.[1];
  return Math.min(most, Math.max(1, Number(given ?? 1)));
}

export const attributeOf = (tag: Tag, name: 'alt' | 'src'): string | null =>
  new RegExp(`\\b${name}\\s{0,3}=\\s{0,3}(?:"([^"]*)"|'([^']*)')`, 'i')
    .exec(tag.attributes)
    ?.slice(1)
    .find((value) => value !== undefined) ?? null;

/** A line without its tags: those that break become `breakAs`, headings begin with `#`, the others leave no trace. */
export function withoutTags(line: string, breakAs: '\n' | ' '): string {
  if (!line.includes('<')) return line;
  const parts: string[] = [];
  let at = 0;
  for (let tag = nextTag(line, 0); tag !== null; tag = nextTag(line, at)) {
    parts.push(line.slice(at, tag.start));
    if (IS_HEADING.has(tag.name)) parts.push(tag.closes ? breakAs : `${breakAs}# `);
    else if (BREAKS.has(tag.name)) parts.push(breakAs);
    else if (tag.name === 'td' || tag.name === 'th') parts.push(' ');
    at = tag.end;
  }
  parts.push(line.slice(at));
  return parts.join('');
}

/** The text without a tag that was being written when the answer was cut off. */
export function withoutPartialTag(text: string): string {
  const open = text.lastIndexOf('<');
  if (open < 0 || text.length - open > 2000) return text;
  const rest = text.slice(open);
  if (rest === '<' || rest === '</') return text.slice(0, open);
  const begun = /^<\/?([a-z][a-z0-9_]{0,20})(\s[^<>]*)?$/i.exec(rest);
  const name = begun?.[1]?.toLowerCase();
  if (name === undefined) return text;
  const attributes = begun?.[2];
  // `<b and more` is text; `<td colspan="` is a tag.
  const partial =
    attributes === undefined
      ? [...KNOWN].some((known) => known.startsWith(name))
      : TABLE_TAGS.includes(name) || (KNOWN.has(name) && (attributes.includes('=') || attributes.trim() === ''));
  return partial ? text.slice(0, open) : text;
}
