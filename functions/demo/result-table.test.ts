import { expect, test } from 'vitest';
import { resultTable, type SampleResult } from './result-table.ts';

const scan: SampleResult = {
  file: 'scan.pdf',
  documentType: 'bank_statement',
  pages: { total: 3, ocr: 2, textLayer: 0, failed: 1 },
  fields: 12,
  redacted: 4,
  seconds: 2.345,
  status: 'partial',
  error: null,
};

test('the table has a line a file with every page accounted for', () => {
  const [head, , row] = resultTable([scan]);
  expect(head?.split(/ {2,}/)).toContain('text layer');
  expect(row?.split(/ {2,}/)).toEqual(['scan.pdf', 'bank statement', '3', '0', '2', '1', '12', '4', '2.3', 'partial']);
});

test('columns stay aligned whatever the values are', () => {
  const lines = resultTable([scan, { ...scan, file: 'a-much-longer-name.docx', fields: 1234 }]).slice(0, 4);
  const ends = lines.map((line) => line.search(/status|partial|-+$/));
  expect(new Set(ends).size).toBe(1);
});

test('a failure is explained under the table, and unknown values are dashes', () => {
  const failed = { ...scan, pages: null, fields: null, seconds: null, status: 'failed', error: 'It is damaged.' };
  const lines = resultTable([failed]);
  expect(lines[2]).toMatch(/scan\.pdf +bank statement +- +- +- +- +- +4 +- +failed/);
  expect(lines.at(-1)).toBe('scan.pdf: It is damaged.');
});
