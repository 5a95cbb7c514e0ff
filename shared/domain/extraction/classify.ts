import { TEMPLATES } from './templates/index.ts';
import { SIGN_NAMES, type SignName, type TemplateDef } from './templates/template.ts';
import { tokenize } from './text.ts';
import type { Row } from './view.ts';

/** Rows that are read to tell the type; the rest of a long document says the same. */
const MAX_ROWS = 250;
const TITLE_ROWS = 14;
/** Evidence below this is too little for any type but `generic`. */
const THRESHOLD = 3;

export interface Classification {
  name: string;
  confidence: number;
}

export type Observations = Readonly<Record<SignName, boolean>>;

/** Folded words of rows with single spaces, padded, so that whole phrases are found by `includes`. */
const plain = (rows: readonly Row[]): string =>
  ` ${rows
    .map((row) =>
      tokenize(row.text.slice(0, 500))
        .map((token) => token.text)
        .join(' '),
    )
    .join(' ')} `;

/** What the pages look like. Shapes and counts only, no words but a salutation. */
export function observe(
  rows: readonly Row[],
  facts: { mrz: boolean; iban: boolean; tableNames: readonly string[]; pageCount: number },
): Observations {
  const sample = rows.slice(0, MAX_ROWS).filter((row) => row.page === rows[0]?.page);
  const x0 = Math.min(...sample.map((row) => row.box[0]));
  const x1 = Math.max(...sample.map((row) => row.box[2]));
  const heights = sample.map((row) => row.height).sort((a, b) => a - b);
  const height = heights[heights.length >> 1] ?? 1;
  const amounts = sample.filter((row) => /\d[.,]\d\d(?!\d)/.test(row.text.slice(0, 300))).length;
  const colons = sample.filter((row) => /\p{L}\s?:/u.test(row.text.slice(0, 300))).length;
  const long = sample.filter((row) => row.words.length >= 9 && row.segments.length === 1).length;
  return {
    // Till rolls hold some 25 to 45 characters a line; a character is about half as wide as a line is high.
    narrow: sample.length >= 8 && facts.pageCount <= 3 && (x1 - x0) / height < 34,
    manyAmounts: amounts >= 4 && amounts * 5 >= sample.length,
    mrz: facts.mrz,
    iban: facts.iban,
    manyColons: colons >= 6 && colons * 3 >= sample.length,
    prose: long >= 8 && long * 3 >= sample.length,
    transactions: facts.tableNames.includes('transactions'),
    items: facts.tableNames.includes('line_items'),
    salutation: sample
      .slice(0, 40)
      .some((row) =>
        /^\s*(?:dear |sehr geehrte|ch[eè]re? |estimad[oa]s? |madame|monsieur|to whom it may)/i.test(row.text),
      ),
  };
}

function scoreOf(template: TemplateDef, head: string, body: string, signs: Observations): number {
  const has = (text: string, phrases: string): boolean =>
    phrases.split('|').some((phrase) => text.includes(` ${phrase} `));
  let score = 0;
  for (const [phrases, weight] of template.titles) if (has(head, phrases)) score += weight;
  for (const [phrases, weight] of template.phrases) if (has(body, phrases)) score += weight;
  for (const sign of SIGN_NAMES) if (signs[sign]) score += template.signs[sign] ?? 0;
  return score;
}

/**
 * The document's type by weighted evidence, the same for the same document always. Confidence grows with the evidence and
 * with its lead over the next type; too little evidence is `generic`.
 */
export function classify(rows: readonly Row[], signs: Observations): Classification {
  const body = plain(rows.slice(0, MAX_ROWS)).replace(/ n #/g, '');
  const head = plain(rows.slice(0, TITLE_ROWS));
  const ranked = TEMPLATES.map((template) => ({ name: template.name, score: scoreOf(template, head, body, signs) }));
  ranked.sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  if (first === undefined || first.score < THRESHOLD) {
    return { name: 'generic', confidence: round(0.9 - 0.15 * (first?.score ?? 0)) };
  }
  const lead = first.score / (first.score + (second?.score ?? 0));
  const weight = 1 - Math.exp(-first.score / 4);
  return { name: first.name, confidence: round(Math.min(0.99, lead * 1.15) * weight) };
}

const round = (value: number): number => Math.round(Math.max(0.05, Math.min(0.99, value)) * 1000) / 1000;
