import { decodeHTMLStrict } from 'entities';
import { readPageNumber } from '../layout/page-number.ts';
import type { Page } from '../page.ts';
import { cutLoop, isGarbage } from './cut-loops.ts';
import { addFlow } from './flow.ts';
import { readHtmlTable } from './html-table.ts';
import { attributeOf, MARK_TAGS, type Tag, tagAt, withoutPartialTag, withoutTags } from './tags.ts';
import { WholePage } from './whole-page.ts';

export interface VisionAnswer {
  text: string;
  /** The model was stopped by its token limit. */
  truncated: boolean;
}

/** What a model says when it was asked for something that the page does not have. */
const NOTHING = /^\s*not mentioned\.?\s*$/i;
const OPENER = /<(?:table|img|signature|watermark|page_number|header|footer)(?=[\s>/])|\$\$|\\\[|^[ \t]{0,8}```/gim;
const TAG_OPENER = /<(?:table|img|signature|watermark|page_number|header|footer)(?=[\s>/])/gi;
const MAX_EQUATION = 5000;
/** Fences that models put around the whole of their answer. */
const WRAPPING = new Set(['markdown', 'md', 'html', 'text', 'plaintext']);
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

type Size = Pick<Page, 'number' | 'width' | 'height' | 'dpi'>;

/**
 * A page from what a vision-language model wrote about it: Markdown with HTML tables, TeX and the tags that Nanonets models
 * are taught (`img`, `signature`, `watermark`, `page_number`). It says nothing of places: `geometry` is `none`, every box is
 * the whole page. Never throws; text outside of tags is kept, whatever it looks like, and `incomplete` says what went wrong.
 * Linear in the length of the text.
 */
export function parseVisionOutput(answer: VisionAnswer, size: Size): Page {
  const garbage = isGarbage(answer.text);
  const given = garbage || NOTHING.test(answer.text) ? '' : answer.text.replace(/\r\n?/g, '\n').replace(CONTROL, '');
  const loop = cutLoop(answer.truncated ? withoutPartialTag(given) : given, !answer.truncated);
  const reader = new VisionReader(loop.cut ? withoutPartialTag(loop.text) : loop.text, size);
  reader.read();
  const incomplete: NonNullable<Page['incomplete']> = [
    ...(answer.truncated || reader.unclosed ? ['truncated' as const] : []),
    ...(loop.cut ? ['repetition' as const] : []),
    ...(garbage ? ['garbage' as const] : []),
  ];
  return {
    ...{ number: size.number, width: size.width, height: size.height, dpi: size.dpi },
    source: 'ocr',
    ...reader.page.parts,
    geometry: 'none',
    ...(incomplete.length === 0 ? {} : { incomplete }),
  };
}

class VisionReader {
  readonly page: WholePage;
  /** Something was begun and not ended before the text was over. */
  unclosed = false;
  readonly #text: string;
  /** By what is looked for: where it stands next. The text is never searched twice for the same. */
  readonly #found = new Map<string, number>();
  #wrapped = false;

  constructor(text: string, size: Size) {
    this.#text = text;
    this.page = new WholePage(size);
  }

  read(): void {
    let done = 0;
    let seek = 0;
    for (;;) {
      OPENER.lastIndex = seek;
      const match = OPENER.exec(this.#text);
      const add = match === null ? null : this.#opened(match[0], match.index);
      if (match !== null && add === null) {
        seek = match.index + match[0].length;
        continue;
      }
      addFlow(this.page, this.#text.slice(done, match?.index));
      if (add === null) return;
      done = add();
      seek = done;
    }
  }

  /** What adds the thing that opens at `from` and says where it ends; null when it is text after all. */
  #opened(opener: string, from: number): (() => number) | null {
    if (opener === '$$') return this.#equation(from, '$$');
    if (opener === '\\[') return this.#equation(from, '\\]');
    if (opener.endsWith('```')) return () => this.#fence(from + opener.length);
    const tag = tagAt(this.#text, from);
    if (tag === null) return null;
    return tag.name === 'table' ? () => this.#table(tag) : () => this.#marked(tag);
  }

  /** Where `what` stands at or after `from`; -1 when nowhere. Each is looked for with `from` ascending. */
  #next(key: string, what: RegExp | string, from: number): number {
    const known = this.#found.get(key);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    let at: number;
    if (typeof what === 'string') at = this.#text.indexOf(what, from);
    else {
      what.lastIndex = from;
      at = what.exec(this.#text)?.index ?? -1;
    }
    this.#found.set(key, at);
    return at;
  }

  #equation(from: number, closer: '$$' | '\\]'): (() => number) | null {
    const start = from + 2;
    const end = this.#next(closer, closer, start);
    if (end < 0 || end - start > MAX_EQUATION) return null;
    const tex = this.#text.slice(start, end).trim();
    if (tex === '' || /\n\s*\n/.test(tex) || (closer === '\\]' && !/[\\^_={}]/.test(tex))) return null;
    return () => {
      this.page.block('equation', this.#text.slice(from, end + 2).split('\n'), tex);
      return end + 2;
    };
  }

  #fence(from: number): number {
    const lineEnd = this.#next('line', '\n', from);
    const bodyFrom = lineEnd < 0 ? this.#text.length : lineEnd + 1;
    const language = this.#text.slice(from, bodyFrom).trim().toLowerCase();
    const bare = language === '';
    if (bare && this.#wrapped) {
      this.#wrapped = false;
      return bodyFrom;
    }
    if (WRAPPING.has(language) || (bare && this.#text.slice(0, from - 3).trim() === '')) {
      this.#wrapped = true;
      return bodyFrom;
    }
    const end = this.#next('fence', /^[ \t]{0,8}```/gm, bodyFrom);
    if (end < 0) this.unclosed = true;
    const body = this.#text.slice(bodyFrom, end < 0 ? this.#text.length : end).trimEnd();
    // What a diagram or a listing says is text of the page: its source is both.
    if (body.trim() !== '') this.page.block('code', body.split('\n'), body);
    return end < 0 ? this.#text.length : this.#text.indexOf('```', end) + 3;
  }

  #table(opener: Tag): number {
    const closable = this.#next('</table', /<\/table\s{0,5}>/gi, opener.end) >= 0;
    const table = readHtmlTable(this.#text, opener, closable);
    if (!table.closed && table.end === this.#text.length) this.unclosed = true;
    if (table.caption !== '') this.page.block('title', [table.caption]);
    if (table.cells.length > 0) this.page.table(table, table.header);
    addFlow(this.page, table.stray.join('\n'));
    return table.end;
  }

  /** Between a pair of tags; of one that is never closed, up to the end of its line. */
  #marked(tag: Tag): number {
    const alt = attributeOf(tag, 'alt');
    if (tag.name === 'img' && (alt !== null || attributeOf(tag, 'src') !== null)) {
      this.page.block('figure', [], decodeHTMLStrict(alt ?? ''));
      return tag.end;
    }
    const close = this.#next(`</${tag.name}`, new RegExp(`</${tag.name}\\s{0,5}>`, 'gi'), tag.end);
    const other = this.#next('<', TAG_OPENER, tag.end);
    let end = close < 0 ? this.#next('line', '\n', tag.end) : close;
    if (end < 0) end = this.#text.length;
    const cutShort = other >= 0 && other < end;
    if (cutShort) end = other;
    if (close < 0 && end === this.#text.length) this.unclosed = true;
    const text = decodeHTMLStrict(withoutTags(this.#text.slice(tag.end, end), '\n')).trim();
    this.#mark(tag.name, text);
    return close === end ? (tagAt(this.#text, end)?.end ?? end) : end;
  }

  #mark(name: string, text: string): void {
    const lines = text.split('\n');
    const kind = MARK_TAGS.find((known) => known === name);
    if (kind === 'img') this.page.block('figure', [], text);
    else if (kind === 'page_number') {
      if (text === '') return;
      this.page.block('pageNumber', lines);
      const read = text.length > 60 ? null : readPageNumber(text);
      this.page.pageNumber ??= read?.pageNumber ?? { text, number: null, total: null };
    } else if (kind === 'signature') this.page.block('signature', lines, text === '' ? '' : null);
    else if (kind !== undefined && text !== '') this.page.block(kind, lines);
  }
}
