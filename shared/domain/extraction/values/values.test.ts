import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abaRouting, ean, isbn, luhn, socialSecurity } from './checksums.ts';
import { normalizeCountry, normalizeCurrency } from './codes.ts';
import { dateOrder, findDates, resolveDate } from './dates.ts';
import { normalizeIban, validIban } from './iban.ts';
import { findMoney, parseDecimal, toUnits } from './money.ts';
import { mrzLine, parseMrz } from './mrz.ts';
import { normalizeTaxId, validVat } from './vat.ts';

const NO_HINTS = { decimal: null, currency: null };

describe('dates', () => {
  it.each([
    ['20/12/2017', '2017-12-20'],
    ['DATE: 18/03/18 09:03', '2018-03-18'],
    ['2018-03-18', '2018-03-18'],
    ['28 MAR 18 18:32:36', '2018-03-28'],
    ['05-AUG-2017', '2017-08-05'],
    ['March 3rd, 2021', '2021-03-03'],
    ['3. März 2021', '2021-03-03'],
    ['le 1er février 2020', '2020-02-01'],
    ['15 de enero de 2019', '2019-01-15'],
    ['03.04.2021', '2021-04-03'],
    ['12/13/2016', '2016-12-13'],
    ['2018年3月18日', '2018-03-18'],
    ['INV NO/DATE:K074-001096(06/12/2016)', '2016-12-06'],
    ['14/03/2018 5:57:07PM', '2018-03-14'],
    ['29/02/2024', '2024-02-29'],
    ['31/12/99', '1999-12-31'],
  ])('reads %s', (text, iso) => {
    const match = findDates(text)[0];
    expect(match && resolveDate(match, 'dmy')).toMatchObject({ value: iso, valid: true });
  });

  it.each([['31/02/2020'], ['30.02.2020'], ['29/02/2023'], ['2020-13-01']])('knows that %s is no day', (text) => {
    const match = findDates(text)[0];
    expect(match && resolveDate(match, 'dmy').valid).toBe(false);
  });

  it.each([['10.50'], ['1/4 CHIC'], ['TEL: 03-7805 7889'], ['V2.82'], ['5128 4851 2118'], ['1.2.3.4'], ['10:30:55']])(
    'takes %s for no date',
    (text) => expect(findDates(text)).toEqual([]),
  );

  it('lets the unambiguous dates of a document decide the ambiguous ones', () => {
    expect(dateOrder(findDates('03/04/2021 and 03/25/2021'), null)).toBe('mdy');
    expect(dateOrder(findDates('03/04/2021 and 25/03/2021'), 'mdy')).toBe('dmy');
    expect(dateOrder(findDates('03/04/2021'), 'mdy')).toBe('mdy');
    const [match] = findDates('03/04/2021');
    expect(match && resolveDate(match, 'mdy')).toEqual({ value: '2021-03-04', valid: true, ambiguous: true });
  });
});

describe('money', () => {
  it.each([
    ['$1,234.56', '1234.56', 'USD'],
    ['1.234,56 €', '1234.56', 'EUR'],
    ['1 234,56 EUR', '1234.56', 'EUR'],
    ["CHF 1'234.50", '1234.50', 'CHF'],
    ['RM29.30', '29.30', 'MYR'],
    [':RM 105.57', '105.57', 'MYR'],
    ['11.60-', '-11.60', null],
    ['(12.50)', '-12.50', null],
    ['-30.00', '-30.00', null],
    ['-$5.00', '-5.00', 'USD'],
    ['£0.99', '0.99', 'GBP'],
    ['S$ 12.00', '12.00', 'SGD'],
    ['12,345,678.90', '12345678.90', null],
    ['4.00 S', '4.00', null],
    ['53.40SR', '53.40', null],
  ])('reads %s', (text, amount, currency) => {
    expect(findMoney(text, NO_HINTS)[0]?.money).toEqual({ amount, currency });
  });

  it.each([
    ['1,234', null, '1234'],
    ['1.234', ',', '1234'],
    ['1.234', '.', '1.234'],
    ['0.125', null, '0.125'],
    ['1234,5', null, '1234.5'],
    ['007', null, '7'],
  ] as const)('reads the separators of %s where the decimal mark is %s', (text, decimal, value) => {
    expect(parseDecimal(text, decimal)).toBe(value);
  });

  it.each([['1,2,3'], ['1..2'], ['12.34.56'], ['abc'], ['']])('takes %s for no number', (text) => {
    expect(parseDecimal(text)).toBeNull();
  });

  it('keeps amounts exact: no number in, no number out is ever a float', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), (units) => {
        const cents = units < 0n ? -units : units;
        const text = `${units < 0n ? '-' : ''}${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
        expect(toUnits(text)).toBe(units * 100n);
        expect(toUnits(findMoney(text, NO_HINTS)[0]?.money.amount ?? '')).toBe(units * 100n);
      }),
    );
  });
});

describe('identifiers', () => {
  it.each([
    ['DE89 3704 0044 0532 0130 00', true],
    ['GB82 WEST 1234 5698 7654 32', true],
    ['FR14 2004 1010 0505 0001 3M02 606', true],
    ['DE89 3704 0044 0532 0130 01', false],
  ])('checks the IBAN %s', (text, valid) => {
    const iban = normalizeIban(text);
    expect(iban !== null && validIban(iban)).toBe(valid);
  });
  it('knows no IBAN of an unknown country or a wrong length', () => {
    expect(normalizeIban('ZZ89370400440532013000')).toBeNull();
    expect(normalizeIban('DE8937040044')).toBeNull();
  });

  it.each([
    ['DE 136 695 976', true],
    ['DE136695977', false],
    ['ATU13585627', true],
    ['BE0428759497', true],
    ['FR40303265045', true],
    ['IT00743110157', true],
    ['NL004495445B01', null],
    ['GB980780684', true],
    ['PL8567346215', true],
    ['PT501964843', true],
    ['DK13585628', true],
    ['FI20774740', true],
    ['LU15027442', true],
    ['SE123456789701', true],
    ['CHE-107.787.577 MWST', true],
    ['000584089600', null],
  ])('judges the VAT id %s', (text, valid) => expect(validVat(normalizeTaxId(text))).toBe(valid));

  it.each([
    [luhn, '4111111111111111', true],
    [luhn, '4111111111111112', false],
    [ean, '4006381333931', true],
    [ean, '4006381333932', false],
    [isbn, '978-3-16-148410-0', true],
    [isbn, '0-306-40615-2', true],
    [isbn, '0-306-40615-3', false],
    [abaRouting, '021000021', true],
    [abaRouting, '021000022', false],
    [socialSecurity, '219099999', true],
    [socialSecurity, '666123456', false],
    [socialSecurity, '000123456', false],
  ])('%o of %s is %s', (check, text, valid) => expect(check(text)).toBe(valid));

  it('names countries and currencies by code, name and symbol', () => {
    expect(['Germany', 'Deutschland', 'Allemagne', 'DEU', 'de', 'D<<'].map(normalizeCountry)).toEqual(
      Array(6).fill('DE'),
    );
    expect(normalizeCountry('Atlantis')).toBeNull();
    expect(['€', 'RM', 'chf', 'zł', 'XQQ'].map(normalizeCurrency)).toEqual(['EUR', 'MYR', 'CHF', 'PLN', null]);
  });
});

describe('machine-readable zones', () => {
  const td3 = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
  const td1 = ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'];

  it.each([
    ['TD3', td3, 'L898902C3'],
    ['TD1', td1, 'D23145890'],
  ])('reads the specimen %s of Doc 9303', (format, lines, documentNumber) => {
    expect(parseMrz(lines)).toEqual({
      format,
      documentCode: lines === td3 ? 'P' : 'I',
      issuer: 'UTO',
      documentNumber,
      nationality: 'UTO',
      surname: 'ERIKSSON',
      givenNames: 'ANNA MARIA',
      birth: '1974-08-12',
      expiry: '2012-04-15',
      sex: 'F',
      checks: { number: true, birth: true, expiry: true, composite: true },
    });
  });
  it('sees a digit that was read wrong', () => {
    const wrong = parseMrz([td3[0] ?? '', (td3[1] ?? '').replace('L898902C3', 'L898903C3')]);
    expect(wrong?.checks).toMatchObject({ number: false, birth: true, composite: false });
  });
  it('forgives letters that OCR reads for digits in dates, and double angle quotes', () => {
    expect(parseMrz([td3[0] ?? '', (td3[1] ?? '').replace('7408122', '74O8I22')])?.birth).toBe('1974-08-12');
    expect(mrzLine('P<UTO ERIKSSON«ANNA')).toBe('P<UTOERIKSSON<<ANNA');
  });
});
