import { beforeAll, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { keysOf } from '../../domain/redaction/operators/keys.fixture.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { redactNames } from '../../domain/redaction/redact-names.ts';
import { RECOGNIZERS } from '../../domain/redaction/registry.ts';
import { loadLearnedNames } from './learned-model.ts';

let redactor: DocumentRedactor;
beforeAll(async () => {
  redactor = new DocumentRedactor(DEFAULT_POLICY, { recognizers: [...RECOGNIZERS, await loadLearnedNames()] });
});

async function shown(filename: string): Promise<string> {
  const { find, values, people } = redactor;
  const tools = { policy: DEFAULT_POLICY, find, values, people, keys: keysOf('acme') };
  return (await redactNames({ filename, metadata: {}, mediaType: null }, tools)).names.filename;
}

it.each([
  'Jane_Doe_passport.pdf',
  'JaneDoePassport.pdf',
  'jane-doe-cv.docx',
  'JANE_DOE.PDF',
  'Passport (Jane Doe) 2.pdf',
  'Maria-Schneider-Arztbrief.pdf',
  'schneider_contract.pdf',
  'müller_jürgen_vertrag.pdf',
  'cv_tyrone_washington.pdf',
  'PriyaRaghunathan_resume.pdf',
  'report.jane-doe',
])('a person in a file name is found without knowing the document: %s', async (filename) => {
  const made = await shown(filename);
  expect(made).not.toMatch(/jane|doe|maria|schneider|müller|jürgen|tyrone|washington|priya|raghunathan/i);
  // Without a sentence around it a name may as well be a place's.
  expect(made).toMatch(/PERSON|LOCATION/);
});

it.each([
  'invoice.pdf',
  'Rechnung.pdf',
  'Prüfung.pdf',
  'Kontoauszug_März.pdf',
  'Mietvertrag-2024.pdf',
  'Meeting notes.md',
  'AnnualReport.pptx',
  'IMG_20240301_1234.jpg',
  'scan_0001.tif',
  'contract-final-v2.docx',
  'invoice_2024-03.pdf',
  'tax_return_2023.pdf',
])('a file name that names a paper stays: %s', async (filename) => {
  expect(await shown(filename)).toBe(filename);
});
