import type { ExtractedField, FieldType } from '../extraction-result.ts';
import { bounded } from './found.ts';
import { normalizeCountry } from './values/codes.ts';
import { type Mrz, mrzLine, parseMrz } from './values/mrz.ts';
import { type Row, unite } from './view.ts';

export interface FoundMrz {
  mrz: Mrz;
  rows: readonly Row[];
  lines: readonly string[];
}

/** The first machine-readable zone of a document: consecutive lines of the right lengths. Linear in rows. */
export function findMrz(rows: readonly Row[]): FoundMrz | null {
  for (let i = 0; i < rows.length; i++) {
    for (const size of [2, 3]) {
      const taken = rows.slice(i, i + size);
      if (taken.length < size || taken.some((row) => row.text.length > 80 || row.page !== taken[0]?.page)) continue;
      if (taken[0]?.text.includes('<') !== true && taken[0]?.text.includes('«') !== true) continue;
      const lines = taken.map((row) => mrzLine(row.text));
      const mrz = parseMrz(lines);
      if (mrz !== null) return { mrz, rows: taken, lines };
    }
  }
  return null;
}

/** Fields of a zone; the check digits decide `valid`. */
export function mrzFields(found: FoundMrz): ExtractedField[] {
  const { mrz, rows, lines } = found;
  const box = unite(rows.map((row) => row.box));
  const page = rows[0]?.page ?? 1;
  const made: ExtractedField[] = [];
  const add = (name: string, type: FieldType, raw: string, value: string | null, valid: boolean | null) => {
    if (value === null || value === '') return;
    const confidence = bounded(valid === false ? 0.5 : mrz.checks.composite ? 0.98 : 0.85);
    made.push({ name, type, raw, value, confidence, valid, page, box });
  };
  const country = (code: string): string => normalizeCountry(code) ?? code;
  add('mrz', 'text', lines.join('\n'), lines.join('\n'), mrz.checks.composite);
  add('document_number', 'id', mrz.documentNumber, mrz.documentNumber, mrz.checks.number);
  add('surname', 'person', mrz.surname, mrz.surname, null);
  add('given_names', 'person', mrz.givenNames, mrz.givenNames, null);
  add('nationality', 'country', mrz.nationality, country(mrz.nationality), normalizeCountry(mrz.nationality) !== null);
  add('issuing_country', 'country', mrz.issuer, country(mrz.issuer), normalizeCountry(mrz.issuer) !== null);
  add('date_of_birth', 'date', mrz.birth ?? '', mrz.birth, mrz.checks.birth);
  add('expiry_date', 'date', mrz.expiry ?? '', mrz.expiry, mrz.checks.expiry);
  add('sex', 'text', mrz.sex, mrz.sex, null);
  return made;
}
