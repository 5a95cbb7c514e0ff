import type { ExtractedTable } from '../extraction-result.ts';
import { type ExportModel, valueText } from './model.ts';

/** Text that Markdown shows as it is, on one line: every character with a meaning is escaped, HTML cannot start. */
export const escapeMarkdown = (text: string): string =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[\\`*_{}[\]()#+!|~-]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    // A number with a point at the start would begin a list; an address would become a link.
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/(https?|ftp|mailto|www)([:.])/gi, '$1&#8203;$2');

function* tableMarkdown(table: ExtractedTable): Generator<string> {
  yield `### ${escapeMarkdown(table.name)}\n\n`;
  yield `| ${table.columns.map(escapeMarkdown).join(' | ')} |\n|${table.columns.map(() => ' --- |').join('')}\n`;
  for (const row of table.rows) {
    yield `| ${table.columns.map((column) => escapeMarkdown(row.cells[column] ?? '')).join(' | ')} |\n`;
  }
  yield '\n';
}

/** CommonMark with tables as GitHub has them: one line a row, whatever the cells hold. */
export function* toMarkdown(model: ExportModel): Generator<string> {
  const { document, result } = model;
  const percent = Math.round(result.documentType.confidence * 100);
  yield `# ${escapeMarkdown(document.filename)}\n\n`;
  yield `${escapeMarkdown(result.documentType.name)} (${percent} %), ${escapeMarkdown(document.createdAt)}`;
  yield `${model.redacted ? ', redacted' : ''}\n\n`;
  if (result.fields.length > 0) {
    yield '## Fields\n\n| Name | Value | Confidence | Page |\n| --- | --- | --- | --- |\n';
    for (const field of result.fields) {
      const value = escapeMarkdown(valueText(field.value));
      yield `| ${escapeMarkdown(field.name)} | ${value} | ${Math.round(field.confidence * 100)} % | ${field.page} |\n`;
    }
    yield '\n';
  }
  if (result.tables.length > 0) yield '## Tables\n\n';
  for (const table of result.tables) yield* tableMarkdown(table);
  if (model.pages.length > 0) yield '## Text\n\n';
  for (const [index, text] of model.pages.entries()) {
    yield `### Page ${index + 1}\n\n`;
    // Two spaces at the end of a line keep the line breaks of the page.
    for (const line of text.split(/\r?\n/)) {
      const escaped = escapeMarkdown(line);
      yield escaped === '' ? '\n' : `${escaped}  \n`;
    }
    yield '\n';
  }
}
