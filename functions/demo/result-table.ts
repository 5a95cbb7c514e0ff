/** What became of one sample. */
export interface SampleResult {
  file: string;
  documentType: string | null;
  pages: { total: number; ocr: number; textLayer: number; failed: number } | null;
  fields: number | null;
  redacted: number | null;
  seconds: number | null;
  status: string;
  /** Why it failed; null when it did not. */
  error: string | null;
}

const HEAD = [
  'file',
  'document type',
  'pages',
  'text layer',
  'ocr',
  'failed',
  'fields',
  'redacted',
  'seconds',
  'status',
];
const RIGHT = new Set([2, 3, 4, 5, 6, 7, 8]);

const shown = (value: number | string | null | undefined): string => (value ?? '-').toString();

function cells(result: SampleResult): string[] {
  return [
    result.file,
    shown(result.documentType?.replaceAll('_', ' ')),
    shown(result.pages?.total),
    shown(result.pages?.textLayer),
    shown(result.pages?.ocr),
    shown(result.pages?.failed),
    shown(result.fields),
    shown(result.redacted),
    shown(result.seconds?.toFixed(1)),
    result.status,
  ];
}

/** The lines of the table: a head, a rule, a line a file, then the reasons of failures. `paint` colours a whole line by status. */
export function resultTable(
  results: readonly SampleResult[],
  paint: (status: string, line: string) => string = (_status, line) => line,
): string[] {
  const rows = results.map(cells);
  const widths = HEAD.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [
    line(HEAD),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map((row, index) => paint(results[index]?.status ?? '', line(row))),
    ...results.filter(({ error }) => error !== null).map(({ file, error }) => `${file}: ${error}`),
  ];
}
