export interface CsvShape {
  delimiter: string;
  /** Records, blank lines not counted. */
  rows: number;
  columns: number;
}

const DELIMITERS = [',', ';', '\t', '|'];

/** Fields per record and their count, by RFC 4180 with any delimiter; a quoted field may hold line ends. */
function scan(
  text: string,
  delimiter: string,
  maxRows: number,
): { widths: Map<number, number>; rows: number; columns: number } {
  const widths = new Map<number, number>();
  let rows = 0;
  let columns = 0;
  let fields = 1;
  let quoted = false;
  let blank = true;
  let atStart = true;
  const endRecord = (): void => {
    if (!blank) {
      rows++;
      columns = Math.max(columns, fields);
      widths.set(fields, (widths.get(fields) ?? 0) + 1);
    }
    fields = 1;
    blank = true;
    atStart = true;
  };
  for (let i = 0; i < text.length && rows < maxRows; i++) {
    const char = text[i];
    if (quoted) {
      if (char === '"' && text[i + 1] === '"') i++;
      else if (char === '"') quoted = false;
      blank = false;
    } else if (char === '"' && atStart) {
      quoted = true;
      atStart = false;
    } else if (char === delimiter) {
      fields++;
      blank = false;
      atStart = true;
    } else if (char === '\n') endRecord();
    else {
      if (char !== ' ') blank = false;
      atStart = false;
    }
  }
  endRecord();
  return { widths, rows, columns };
}

/** The delimiter under which most of the first records have one and the same width of at least two, and the file's shape. */
export function csvShape(text: string): CsvShape {
  const sample = text.slice(0, 200_000);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of DELIMITERS) {
    const { widths, rows } = scan(sample, delimiter, 500);
    const [width = 1, agreeing = 0] = [...widths].sort((a, b) => b[1] - a[1])[0] ?? [];
    const score = width < 2 || rows === 0 ? 0 : agreeing / rows + Math.min(width, 50) / 1000;
    if (score > best.score) best = { delimiter, score };
  }
  const { rows, columns } = scan(text, best.delimiter, Number.POSITIVE_INFINITY);
  return { delimiter: best.delimiter, rows, columns };
}
