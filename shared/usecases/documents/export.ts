import { artifactId } from '../../domain/artifact-id.ts';
import { artifacts } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { tableToCsv } from '../../domain/export/csv.ts';
import { EXPORT_MEDIA_TYPES, type ExportFormat, type ExportModel } from '../../domain/export/model.ts';
import { writeExport } from '../../domain/export/write.ts';
import { extractionResultSchema } from '../../domain/extraction-result.ts';
import { ocrResultSchema, PAGE_SEPARATOR } from '../../domain/page.ts';
import { recordingType } from '../../domain/recording-types.ts';
import { type Names, namesFor } from '../../domain/redaction/names.ts';
import { readText } from '../../steps/support/artifacts.ts';
import type { UseCaseContext } from '../context.ts';
import { hasExportRules, redactForAudience } from './export-for-audience.ts';
import { getDocument } from './get.ts';
import { reviewRequired } from './open-artifact.ts';

export interface ExportInput {
  documentId: string;
  format: ExportFormat;
  /** Whether the caller may see what the privacy policy takes out; else the redacted artifacts are exported. */
  original: boolean;
  /** For whom it is: redacted now by the policy's rules for that audience, whatever `original` says. */
  audience?: string | undefined;
  /** With `csv`: this table alone, with its own columns. */
  table?: string | undefined;
}

export interface Exported {
  body: AsyncIterable<Uint8Array>;
  mediaType: string;
  /** The document's name, as the content has it, with the format's ending; safe in a header once encoded. */
  filename: string;
}

const SOURCES = {
  original: { text: 'text', fields: 'fields.json' },
  redacted: { text: 'redacted.txt', fields: 'redacted.json' },
} as const;

/** Pieces are gathered to this many characters before they become bytes. */
const CHUNK = 64 * 1024;

/**
 * The structured result of a document in a format. `not_found` when there is no such document or table;
 * `conflict` while its result is not there yet, and of a recording, which has none.
 */
export async function exportDocument(ctx: UseCaseContext, input: ExportInput): Promise<Exported> {
  const document = await getDocument(ctx, { id: input.documentId });
  if (recordingType(document.mediaType) !== null) throw nothingStructured(document.id);
  const source = SOURCES[input.original ? 'original' : 'redacted'];
  const content = await contentFor(ctx, document, input);
  if (content === null) {
    throw new RectoError(
      'conflict',
      `The document ${document.id} has no ${source.fields} to export: it is ${document.status}. Export it once it is ready.`,
      { details: { status: document.status } },
    );
  }
  const { names, ...told } = content;
  const model: ExportModel = {
    document: {
      id: document.id,
      filename: names.filename,
      mediaType: document.mediaType,
      sha256: document.sha256,
      createdAt: new Date(document.createdAt).toISOString(),
      metadata: names.metadata,
    },
    redacted: !input.original || input.audience !== undefined,
    pageAccount: document.pages,
    ...told,
  };
  const base = names.filename.replace(/\.[^.]{1,10}$/, '') || document.id;
  const suffix = input.table === undefined ? '' : `-${input.table.replace(/[^\w-]/g, '_').slice(0, 64)}`;
  return {
    body: encode(pieces(model, input)),
    mediaType: EXPORT_MEDIA_TYPES[input.format],
    filename: `${base}${suffix}.${input.format}`,
  };
}

const nothingStructured = (documentId: string): RectoError =>
  new RectoError(
    'conflict',
    `The document ${documentId} is a recording: nothing structured is made of it to export. GET /v1/documents/${documentId}/artifacts lists what is.`,
  );

async function contentFor(
  ctx: UseCaseContext,
  document: Document,
  { original, audience }: ExportInput,
): Promise<(Pick<ExportModel, 'result' | 'pages' | 'pageTables'> & { names: Names }) | null> {
  if (audience !== undefined || (!original && (await hasExportRules(ctx, document.id))))
    return redactForAudience(ctx, { document, audience: audience ?? null });
  const source = SOURCES[original ? 'original' : 'redacted'];
  const [fields, text, read] = await Promise.all([
    artifactText(ctx, document.id, source.fields),
    artifactText(ctx, document.id, source.text),
    original ? artifactText(ctx, document.id, 'ocr.json') : null,
  ]);
  if (fields === null) return null;
  const result = extractionResultSchema.parse(JSON.parse(fields));
  const pages = text === null || text === '' ? [] : text.split(PAGE_SEPARATOR);
  const names = original ? document : namesFor(document, 'shown');
  if (read === null) return { result, pages, names };
  // Tables of a page hold what the page says: in a redacted export they are not.
  const tables = new Map(ocrResultSchema.parse(JSON.parse(read)).pages.map((page) => [page.number, page.tables]));
  return { result, pages, names, pageTables: pages.map((_, index) => tables.get(index + 1) ?? []) };
}

function pieces(model: ExportModel, { format, table }: ExportInput): Iterable<string> {
  if (table === undefined) return writeExport(model, format);
  if (format !== 'csv') throw new RectoError('invalid_request', 'A single table is exported as csv; set format=csv.');
  const rows = tableToCsv(model, table);
  if (rows !== null) return rows;
  const names = model.result.tables.map((one) => one.name).join(', ') || 'none';
  throw new RectoError('not_found', `The document has no table of this name; it has: ${names}.`);
}

async function artifactText(ctx: UseCaseContext, documentId: string, name: string): Promise<string | null> {
  const found = await ctx.ports.store.get(artifacts, { id: artifactId(documentId, name) });
  if (found?.data.held === true && !ctx.principal.scopes.includes('redactions:review'))
    throw reviewRequired(documentId);
  return found === null ? null : readText(ctx.ports, found.data.key);
}

async function* encode(parts: Iterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  let gathered = '';
  for (const part of parts) {
    gathered += part;
    if (gathered.length < CHUNK) continue;
    // The second half of a pair may be in the next piece.
    const split = /[\ud800-\udbff]$/.test(gathered) ? gathered.length - 1 : gathered.length;
    yield encoder.encode(gathered.slice(0, split));
    gathered = gathered.slice(split);
  }
  if (gathered !== '') yield encoder.encode(gathered);
}
