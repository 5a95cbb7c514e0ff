import { editDistance } from '#shared/domain/edit-distance.ts';
import type { Box } from '#shared/domain/page.ts';

/** A word or a line with its place. */
export interface Item {
  text: string;
  box: Box;
}

export interface Score {
  f1: number;
  cer: number;
}

const normalise = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();

/**
 * Word F1, micro-averaged over bags of /[a-z0-9]+/, and character error rate over [a-z0-9] once both sides stand in rows
 * (centres within half the smaller height), of pages each with its truth and what was read.
 */
export function score(pages: readonly { truth: readonly Item[]; read: readonly Item[] }[]): Score {
  let [hits, wanted, given, edits, characters] = [0, 0, 0, 0, 0];
  for (const { truth, read } of pages) {
    const [expected, found] = [inRows(truth), inRows(read)];
    const left = new Map<string, number>();
    for (const word of wordsOf(expected)) {
      wanted++;
      left.set(word, (left.get(word) ?? 0) + 1);
    }
    for (const word of wordsOf(found)) {
      given++;
      const count = left.get(word) ?? 0;
      if (count === 0) continue;
      hits++;
      left.set(word, count - 1);
    }
    const only = (text: string): string => normalise(text).replace(/[^a-z0-9]/g, '');
    edits += editDistance(only(expected), only(found));
    characters += only(expected).length;
  }
  return { f1: (2 * hits) / Math.max(1, wanted + given), cer: edits / Math.max(1, characters) };
}

const wordsOf = (text: string): string[] => normalise(text).match(/[a-z0-9]+/g) ?? [];

function inRows(items: readonly Item[]): string {
  const rows: { items: Item[]; middle: number; height: number }[] = [];
  const mean = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length;
  const middle = ({ box }: Item): number => (box[1] + box[3]) / 2;
  const height = ({ box }: Item): number => box[3] - box[1];
  for (const item of items.filter(({ text }) => text.trim() !== '').sort((a, b) => middle(a) - middle(b))) {
    const row = rows.find((one) => Math.abs(one.middle - middle(item)) < 0.5 * Math.min(one.height, height(item)));
    if (row === undefined) {
      rows.push({ items: [item], middle: middle(item), height: height(item) });
      continue;
    }
    row.items.push(item);
    row.middle = mean(row.items.map(middle));
    row.height = mean(row.items.map(height));
  }
  return rows
    .sort((a, b) => a.middle - b.middle)
    .map((row) =>
      row.items
        .sort((a, b) => a.box[0] - b.box[0])
        .map(({ text }) => text)
        .join(' '),
    )
    .join('\n');
}
