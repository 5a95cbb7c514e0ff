import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { marked } from 'marked';
import { RectoError } from '../../../../domain/errors.ts';
import type { DocOps, Prepared } from '../doc-protocol.ts';
import { csvShape } from './csv.ts';
import { decodeText } from './decode-text.ts';
import { cleanHtml, htmlPage } from './html-clean.ts';
import { mailToHtml } from './mail.ts';

const WRITER_HTML = 'HTML (StarWriter)';
const MAX_COLUMNS = 1_024;
const MAX_ROWS = 1_048_576;
const UTF8 = 76;

/** Every column as text: numbers keep their leading zeros and dates their spelling. */
function csvOptions(delimiter: string, columns: number): string {
  const formats = Array.from({ length: Math.max(1, columns) }, (_, i) => `${i + 1}/2`).join('/');
  return `${delimiter.charCodeAt(0)},34,${UTF8},1,${formats},0,true,false,false`;
}

async function prepareCsv(file: string, dir: string): Promise<Prepared> {
  const text = await decodeText(file);
  const shape = csvShape(text);
  if (shape.columns > MAX_COLUMNS || shape.rows > MAX_ROWS)
    throw new RectoError(
      'limit_exceeded',
      `The table has ${shape.rows} rows and ${shape.columns} columns; at most ${MAX_ROWS} and ${MAX_COLUMNS} are laid out. Split it.`,
      { details: { ...shape } },
    );
  const out = path.join(dir, 'prepared.csv');
  await writeFile(out, text.replace(/^\ufeff/, ''));
  return {
    file: out,
    importFilter: 'Text - txt - csv (StarCalc)',
    filterOptions: csvOptions(shape.delimiter, shape.columns),
    rows: shape.rows,
    warnings: [],
  };
}

async function asHtml(dir: string, html: string, warnings: string[] = []): Promise<Prepared> {
  const out = path.join(dir, 'prepared.html');
  await writeFile(out, html);
  return { file: out, importFilter: WRITER_HTML, filterOptions: null, rows: null, warnings };
}

/** Makes text, CSV, Markdown, HTML or mail into a file that Office lays out, with nothing left in it that reaches out. */
export async function prepareText(params: DocOps['prepareText']['params']): Promise<Prepared> {
  const { file, mediaType, dir } = params;
  switch (mediaType) {
    case 'text/csv':
      return prepareCsv(file, dir);
    case 'message/rfc822': {
      const { html, warnings } = await mailToHtml(file);
      return asHtml(dir, html, warnings);
    }
    case 'text/html':
      return asHtml(dir, htmlPage(cleanHtml(await decodeText(file))));
    case 'text/markdown':
      return asHtml(dir, htmlPage(cleanHtml(await marked.parse(await decodeText(file)))));
    default: {
      const out = path.join(dir, 'prepared.txt');
      await writeFile(out, (await decodeText(file)).replace(/^\ufeff/, ''));
      return { file: out, importFilter: 'Text (encoded)', filterOptions: 'UTF8,LF,,,', rows: null, warnings: [] };
    }
  }
}
