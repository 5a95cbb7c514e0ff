import { decodeHTMLStrict } from 'entities';
import { readMarkdownTable } from './markdown-table.ts';
import { withoutTags } from './tags.ts';
import type { WholePage } from './whole-page.ts';

const HEADING = /^\s{0,3}#{1,6}\s/;
const ITEM = /^\s*(?:[-*+•●○▪‣·☐☑☒]|\(?(?:\d{1,3}|[a-z])[.)])\s/u;
const TASK = /^(\s*(?:[-*+]\s+)?)\[([ xX])\]\s/;
const RULE = /^\s*(?:-{3,}|\*{3,}|(?:- ){2,}-)\s*$/;
/** One whole line of TeX; an amount of money between two dollar signs is none. */
const LONE_EQUATION = /^\s*\$(?![\d.,]+\s)([^$]+)\$\s*$/;
const BOLD = /\*\*(?=\S)([^*]{1,2000})(?<=\S)\*\*/g;

/** Emphasis is how a thing is printed, not what it says. Signs that stand alone (`**** 1234`) are text. */
const plain = (text: string): string => text.replace(BOLD, '$1');

/** Running text as Markdown: paragraphs, headings, lists and tables, in order. */
export function addFlow(page: WholePage, text: string): void {
  if (text.trim() === '') return;
  const lines = text.split('\n').flatMap((raw) => {
    const cleaned = withoutTags(raw, raw.trimStart().startsWith('|') ? ' ' : '\n');
    return decodeHTMLStrict(cleaned).split('\n');
  });
  let paragraph: string[] = [];
  const end = () => {
    if (paragraph.length > 0) {
      const items = paragraph.filter((line) => ITEM.test(line)).length;
      page.block(items * 2 >= paragraph.length ? 'list' : 'text', paragraph.map(plain));
    }
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at++) {
    const line = (lines[at] ?? '').replace(
      TASK,
      (_, lead: string, mark: string) => `${lead}${mark === ' ' ? '☐' : '☑'} `,
    );
    if (line.trim() === '' || RULE.test(line)) {
      end();
      continue;
    }
    const table = readMarkdownTable(lines, at, plain);
    const heading = HEADING.test(line) ? line.trim().replace(/^#+\s/, '').replace(/\s#+$/, '') : undefined;
    const equation = LONE_EQUATION.exec(line)?.[1];
    if (table === null && heading === undefined && equation === undefined) {
      paragraph.push(line);
      continue;
    }
    end();
    if (table !== null) {
      if (table.cells.length > 0) page.table(table, table.header);
      at += table.lines - 1;
    } else if (equation !== undefined) page.block('equation', [line], equation.trim());
    else page.block('title', [plain(heading ?? '')]);
  }
  end();
}
