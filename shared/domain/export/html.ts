import type { ExtractedTable } from '../extraction-result.ts';
import { escapeHtml } from './escape-html.ts';
import { type ExportModel, valueText } from './model.ts';
import { tableHtml } from './table-html.ts';

// Nothing is loaded and nothing runs: the page stands alone, whatever the document held.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}' +
  'table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #ccc;padding:.3rem .6rem;text-align:left;' +
  'vertical-align:top}th{background:#f4f4f4}pre{white-space:pre-wrap;overflow-wrap:anywhere;border-left:3px solid #ddd;padding-left:1rem}';

function* extractedHtml(table: ExtractedTable): Generator<string> {
  yield `<table>\n<caption>${escapeHtml(table.name)}</caption>\n<thead><tr>`;
  for (const column of table.columns) yield `<th scope="col">${escapeHtml(column)}</th>`;
  yield '</tr></thead>\n<tbody>\n';
  for (const row of table.rows) {
    yield `<tr>${table.columns.map((column) => `<td>${escapeHtml(row.cells[column] ?? '')}</td>`).join('')}</tr>\n`;
  }
  yield '</tbody>\n</table>\n';
}

/** One HTML page that needs nothing else: no script, no link, no image; its own policy forbids them. */
export function* toHtml(model: ExportModel): Generator<string> {
  const { document, result } = model;
  const name = escapeHtml(document.filename);
  yield `<!doctype html>\n<html lang="und">\n<head>\n<meta charset="utf-8">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`;
  yield `<meta name="viewport" content="width=device-width, initial-scale=1">\n`;
  yield `<title>${name}</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<h1>${name}</h1>\n`;
  const percent = Math.round(result.documentType.confidence * 100);
  yield `<p>${escapeHtml(result.documentType.name)} (${percent} %), ${escapeHtml(document.createdAt)}`;
  yield `${model.redacted ? ', redacted' : ''}</p>\n`;
  if (result.fields.length > 0) {
    yield '<h2>Fields</h2>\n<table>\n<thead><tr><th scope="col">Name</th><th scope="col">Value</th>';
    yield '<th scope="col">Confidence</th><th scope="col">Page</th></tr></thead>\n<tbody>\n';
    for (const field of result.fields) {
      yield `<tr><th scope="row">${escapeHtml(field.name)}</th><td>${escapeHtml(valueText(field.value))}</td>`;
      yield `<td>${Math.round(field.confidence * 100)} %</td><td>${field.page}</td></tr>\n`;
    }
    yield '</tbody>\n</table>\n';
  }
  if (result.tables.length > 0) yield '<h2>Tables</h2>\n';
  for (const table of result.tables) yield* extractedHtml(table);
  if (model.pages.length > 0) yield '<h2>Text</h2>\n';
  for (const [index, text] of model.pages.entries()) {
    yield `<section>\n<h3>Page ${index + 1}</h3>\n<pre>${escapeHtml(text)}</pre>\n`;
    for (const table of model.pageTables?.[index] ?? []) yield tableHtml(table);
    yield '</section>\n';
  }
  yield '</body>\n</html>\n';
}
