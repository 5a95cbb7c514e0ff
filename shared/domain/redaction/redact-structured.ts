import type { ExtractedField, ExtractedTable, ExtractionResult } from '../extraction-result.ts';
import type { Policy, ScopedPolicy } from '../policy.ts';
import { applyToText, applyToValue, type TextTools } from './apply-to-text.ts';
import type { Entity } from './entity.ts';
import { hasRule, typeOfField } from './field-types.ts';
import { isRedacted } from './operators.ts';

/** Finds in a text of the document; the caller adds what it knows from elsewhere in it. */
export type Find = (text: string) => Entity[];

interface Tools extends TextTools {
  policy: Policy | ScopedPolicy;
  find: Find;
}

/** A value is read with its label before it: the label is the context a recognizer looks for. */
async function redactLabelled(label: string, value: string, tools: Tools): Promise<string> {
  const lead = `${label.replace(/[_\n]+/g, ' ').slice(0, 80)}: `;
  const entities = tools
    .find(lead + value)
    .filter((entity) => entity.end > lead.length)
    .map((entity) => ({ ...entity, start: Math.max(0, entity.start - lead.length), end: entity.end - lead.length }));
  return applyToText(value, entities, tools);
}

async function redactField(field: ExtractedField, tools: Tools): Promise<ExtractedField> {
  const type = typeOfField(tools.policy, field);
  // `Supplier name: ` would make a person of every organization.
  const label = field.type === 'organization' ? '' : field.name;
  const recognized = await redactLabelled(label, field.raw, tools);
  if (type !== null && isRedacted(tools.policy, type)) {
    // What a recognizer left of it goes by the field's own type; a card in an `id` field keeps its card operator.
    const whole = hasRule(tools.policy, field)
      ? undefined
      : tools.find(field.raw).find((entity) => entity.start === 0 && entity.end === field.raw.length);
    const raw = await applyToValue(field.raw, whole?.type ?? type, tools);
    return { ...field, raw, value: raw };
  }
  if (recognized !== field.raw) {
    const value = typeof field.value === 'string' ? await redactLabelled(label, field.value, tools) : recognized;
    // Another spelling of the value that no recognizer knows must not tell what the printed one hid.
    return { ...field, raw: recognized, value: value === field.value ? recognized : value };
  }
  if (typeof field.value !== 'string') return field;
  return { ...field, value: await redactLabelled(label, field.value, tools) };
}

async function redactTable(table: ExtractedTable, tools: Tools): Promise<ExtractedTable> {
  const columns: string[] = [];
  for (const column of table.columns) columns.push(await redactLabelled('', column, tools));
  const unique = columns.map((column, index) =>
    columns.indexOf(column) === index ? column : `${column} ${index + 1}`,
  );
  const renamed = new Map(table.columns.map((column, index) => [column, unique[index] ?? column]));
  const rows: ExtractedTable['rows'] = [];
  for (const row of table.rows) {
    const cells: Record<string, string> = {};
    for (const [column, cell] of Object.entries(row.cells))
      cells[renamed.get(column) ?? (await redactLabelled('', column, tools))] = await redactLabelled(
        column,
        cell,
        tools,
      );
    rows.push({ ...row, cells });
  }
  return { ...table, name: await redactLabelled('', table.name, tools), columns: unique, rows };
}

/** The extraction result with every value, raw text and table cell redacted in place. Counts, pages and boxes stay. */
export async function applyToStructured(result: ExtractionResult, tools: Tools): Promise<ExtractionResult> {
  const fields: ExtractedField[] = [];
  for (const field of result.fields) fields.push(await redactField(field, tools));
  const tables: ExtractedTable[] = [];
  for (const table of result.tables) tables.push(await redactTable(table, tools));
  return { ...result, fields, tables };
}
