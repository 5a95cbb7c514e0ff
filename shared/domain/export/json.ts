import type { ExportModel } from './model.ts';

/** One JSON object, two spaces of indent; pages come one by one so that a long document is never one string. */
export function* toJson(model: ExportModel): Generator<string> {
  const { pages, result, document, redacted, pageAccount } = model;
  const head = {
    document,
    redacted,
    documentType: result.documentType,
    template: result.template,
    fields: result.fields,
  };
  const rest = { account: result.account, pageAccount };
  yield JSON.stringify(head, null, 2).slice(0, -2);
  yield ',\n  "tables": [';
  for (const [index, table] of result.tables.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(table)}`;
  }
  yield `${result.tables.length === 0 ? '' : '\n  '}],\n  "pages": [`;
  for (const [index, text] of pages.entries()) {
    yield `${index === 0 ? '' : ','}\n    ${JSON.stringify({ number: index + 1, text })}`;
  }
  yield `${pages.length === 0 ? '' : '\n  '}],\n`;
  yield JSON.stringify(rest, null, 2).slice(2);
  yield '\n';
}
