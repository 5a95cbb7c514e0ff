import { describe, expect, it } from 'vitest';
import { extract } from './extract.ts';
import { pageOf } from './page-of.fixture.ts';

const STATEMENT = [
  'Account number: 31926819      Sort code: 60-16-13',
  'Statement period: 1 January 2026 to 31 January 2026',
  'Opening balance: GBP 2,416.32',
  'Closing balance: GBP 6,190.88',
];
const bankOf = (head: string[]) =>
  extract([pageOf([...head, ...STATEMENT])]).fields.find((field) => field.name === 'bank_name')?.value;

describe('the bank of a statement', () => {
  it.each([
    [['Heron Savings Bank                 BANK STATEMENT'], 'Heron Savings Bank'],
    [['BANK STATEMENT', 'Stadtsparkasse Uferstadt'], 'Stadtsparkasse Uferstadt'],
    [['ACCOUNT STATEMENT', 'Valley Credit Union'], 'Valley Credit Union'],
    [['ACCOUNT STATEMENT', 'Bank: Heron Savings'], 'Heron Savings'],
    [['BANK STATEMENT', 'Your bank at a glance'], undefined],
    [['Bank                 BANK STATEMENT', '12 Bank Street, Leeds'], undefined],
    [['Heron Savings                      BANK STATEMENT', 'Ines Vogt'], undefined],
  ])('of head %j is %j', (head, name) => {
    expect(bankOf(head)).toBe(name);
  });
});
