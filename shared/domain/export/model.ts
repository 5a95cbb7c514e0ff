import type { ExtractedField, ExtractionResult } from '../extraction-result.ts';
import type { Table } from '../page.ts';

export const EXPORT_FORMATS = ['json', 'xml', 'csv', 'html', 'md'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const EXPORT_MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json',
  xml: 'application/xml; charset=utf-8',
  csv: 'text/csv; charset=utf-8; header=present',
  html: 'text/html; charset=utf-8',
  md: 'text/markdown; charset=utf-8',
};

/** What is exported of a document: what it is, what was found in it, what it says page by page. */
export interface ExportModel {
  document: {
    id: string;
    filename: string;
    mediaType: string | null;
    sha256: string | null;
    /** ISO 8601. */
    createdAt: string;
    metadata: Readonly<Record<string, string>>;
  };
  /** Whether values that the privacy policy takes out are in it. */
  redacted: boolean;
  pageAccount: { total: number; ocr: number; textLayer: number; failed: number } | null;
  result: ExtractionResult;
  /** Text of each page in order; empty where there is none. */
  pages: readonly string[];
  /** Tables of each of `pages` as they stand there, with their spans; absent where they may not be shown. */
  pageTables?: readonly (readonly Table[])[];
}

/** A field's value as one text: amounts with their currency after them. */
export function valueText(value: ExtractedField['value']): string {
  if (typeof value !== 'object') return String(value);
  return value.currency === null ? value.amount : `${value.amount} ${value.currency}`;
}
