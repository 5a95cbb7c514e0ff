import type { ExtractedField, ExtractedTable } from '../extraction-result.ts';
import type { ExportModel } from './model.ts';

// What XML 1.0 has no way to write: control characters but tab, newline and return, lone surrogates, two noncharacters.
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to go
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

/** Text fit for XML content and attributes. */
export const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);

/** Attributes normalize white space unless it is written as a reference. */
const attribute = (text: string): string => escapeXml(text).replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');

const attributes = (values: Readonly<Record<string, string | number | boolean | null>>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => ` ${name}="${attribute(String(value))}"`)
    .join('');

function fieldXml(field: ExtractedField): string {
  const money = typeof field.value === 'object' ? field.value : null;
  const marks = attributes({
    name: field.name,
    type: field.type,
    page: field.page,
    box: field.box.join(' '),
    confidence: field.confidence,
    valid: field.valid,
    currency: money?.currency ?? null,
  });
  const value = escapeXml(money === null ? String(field.value) : money.amount);
  return `    <field${marks}>\n      <value>${value}</value>\n      <raw>${escapeXml(field.raw)}</raw>\n    </field>\n`;
}

function* tableXml(table: ExtractedTable): Generator<string> {
  yield `    <table${attributes({ name: table.name, page: table.page })}>\n`;
  for (const row of table.rows) {
    const cells = table.columns.map(
      (column) => `<cell${attributes({ column })}>${escapeXml(row.cells[column] ?? '')}</cell>`,
    );
    yield `      <row${attributes({ page: row.page })}>${cells.join('')}</row>\n`;
  }
  yield '    </table>\n';
}

/** Well-formed XML 1.0 whatever the document holds: names are fixed, everything from the document is content or an attribute. */
export function* toXml(model: ExportModel): Generator<string> {
  const { document, result } = model;
  const { id, filename, mediaType, sha256, createdAt } = document;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<document${attributes({ id, filename, mediaType, sha256, createdAt, redacted: model.redacted })}>\n`;
  const { name, confidence } = result.documentType;
  yield `  <documentType${attributes({ name, confidence, template: result.template })}/>\n`;
  yield `  <metadata>\n`;
  for (const [key, value] of Object.entries(document.metadata)) {
    yield `    <entry${attributes({ key })}>${escapeXml(value)}</entry>\n`;
  }
  yield '  </metadata>\n  <fields>\n';
  for (const field of result.fields) yield fieldXml(field);
  yield '  </fields>\n';
  yield `  <tables${attributes({ count: result.account.tables, rows: result.account.rows })}>\n`;
  for (const table of result.tables) yield* tableXml(table);
  yield '  </tables>\n';
  yield `  <pages${attributes({ ...model.pageAccount })}>\n`;
  for (const [index, text] of model.pages.entries()) {
    yield `    <page${attributes({ number: index + 1 })}>${escapeXml(text)}</page>\n`;
  }
  yield '  </pages>\n</document>\n';
}
