import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { findEntities } from '../../domain/redaction/find.ts';
import { loadLearnedNames } from './learned-model.ts';

const learned = await loadLearnedNames();
const found = (text: string): string[] =>
  findEntities(text, DEFAULT_POLICY, { recognizers: [learned] })
    .filter(({ type }) => type !== 'TITLE')
    .map(({ type, start, end }) => `${type} ${text.slice(start, end)}`);

describe('business documents', () => {
  it.each([
    ['Card payment', 'Greenleaf Grocers', '-73.19       2,956.50'],
    ['Direct debit', 'Severn Water', '-21.35       2,582.17'],
    ['Transfer from', 'Harrow Lane Archives', '973.17   6,020.47'],
    ['Card payment', 'Bluebell Cafe', '-38.21      2,428.61'],
    ['Card payment', 'Tidewater Pharmacy', '-82.98    2,873.52'],
  ])('%s %s: the date and the organization, neither a person nor an address nor the amounts', (kind, name, amounts) => {
    expect(found(`09 Jan 2026        ${kind} ${name}                  ${amounts}`)).toEqual([
      'DATE_TIME 09 Jan 2026',
      `ORGANIZATION ${name}`,
    ]);
  });

  it('keeps columns apart: a name ends where its column ends', () => {
    expect(found('Wyvern Savings Bank                              BANK STATEMENT')).toEqual([
      'ORGANIZATION Wyvern Savings Bank',
    ]);
    expect(found('Edmund Falk\tAccount holder: Edmund Falk')).toEqual(['PERSON Edmund Falk', 'PERSON Edmund Falk']);
  });

  it('takes no label of a form for a name', () => {
    expect(found('Edmund Falk\nIBAN: GB29 NWBK 6016 1331 9268 19\nBIC: NWBKGB2L')).toContain('PERSON Edmund Falk');
    expect(found('edmund.falk@falk-records.example            IBAN: GB29 NWBK 6016 1331 9268 19').join()).not.toMatch(
      /\b(?:IBAN|BIC)\b/,
    );
  });

  it('still finds who somebody is and where they live', () => {
    const text = 'Edmund Falk\n31 Castle Row\nBristol BS1 3AE\n\nTransfer to Priya Raghunathan        200.00';
    const all = found(text).join('\n');
    for (const value of ['PERSON Edmund Falk', '31 Castle Row', 'BS1 3AE', 'PERSON Priya Raghunathan'])
      expect(all).toContain(value);
  });
});
