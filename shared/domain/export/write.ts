import { toCsv } from './csv.ts';
import { toHtml } from './html.ts';
import { toJson } from './json.ts';
import { toMarkdown } from './markdown.ts';
import type { ExportFormat, ExportModel } from './model.ts';
import { toXml } from './xml.ts';

const WRITERS: Readonly<Record<ExportFormat, (model: ExportModel) => Iterable<string>>> = {
  json: toJson,
  xml: toXml,
  csv: toCsv,
  html: toHtml,
  md: toMarkdown,
};

/** The document in a format, piece by piece. */
export const writeExport = (model: ExportModel, format: ExportFormat): Iterable<string> => WRITERS[format](model);
