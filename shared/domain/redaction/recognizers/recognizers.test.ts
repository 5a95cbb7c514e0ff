import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY } from '../default-policy.ts';
import { findEntities } from '../find.ts';

/** Types found in a text, with what they cover. */
const found = (text: string): [string, string][] =>
  findEntities(text, DEFAULT_POLICY).map((entity) => [entity.type, text.slice(entity.start, entity.end)]);

const CASES: readonly (readonly [type: string, before: string, value: string])[] = [
  ['CREDIT_CARD', 'Card: ', '4111 1111 1111 1111'],
  ['CREDIT_CARD', 'paid with ', '378282246310005'],
  ['CREDIT_CARD', 'paid with ', '3782 822463 10005'],
  ['CREDIT_CARD', 'pay ', '6011-1111-1111-1117'],
  ['IBAN_CODE', 'IBAN ', 'GB82 WEST 1234 5698 7654 32'],
  ['IBAN_CODE', 'to ', 'DE89370400440532013000'],
  ['URL', 'my website is ', 'shop.example.com'],
  ['BIC_CODE', 'SWIFT code ', 'DEUTDEFF500'],
  ['ABA_ROUTING_NUMBER', 'routing number ', '021000021'],
  ['BANK_ACCOUNT', 'Account number: ', '0012345678'],
  ['US_SSN', 'SSN ', '536-90-4399'],
  ['US_SSN', 'his social security number is ', '536904399'],
  ['US_ITIN', 'ITIN ', '912-70-1234'],
  ['US_EIN', 'EIN: ', '12-3456789'],
  ['US_PASSPORT', 'passport number ', 'A12345678'],
  ['US_DRIVER_LICENSE', "driver's license number is ", 'D1234567'],
  ['US_NPI', 'NPI ', '1234567893'],
  ['MEDICAL_LICENSE', 'DEA ', 'AB1234563'],
  ['UK_NINO', 'National insurance: ', 'AB 12 34 56 C'],
  ['UK_NINO', 'National Insurance number: ', 'QQ 12 34 56 C'],
  ['UK_NHS', 'NHS number ', '943 476 5919'],
  ['UK_UTR', 'UTR ', '1955839661'],
  ['UK_DRIVING_LICENCE', 'driving licence ', 'MORGA753116SM9IJ'],
  ['DE_TAX_ID', 'Steuer-ID ', '86095742719'],
  ['DE_SOCIAL_SECURITY', 'Versicherungsnummer ', '15070649C103'],
  ['FR_NIR', 'numéro de sécurité sociale ', '2 55 08 14 168 025 38'],
  ['ES_NIF', 'DNI ', '12345678Z'],
  ['ES_NIE', 'NIE ', 'X1234567L'],
  ['IT_FISCAL_CODE', 'codice fiscale ', 'RSSMRA85T10A562S'],
  ['NL_BSN', 'BSN ', '111222333'],
  ['BE_NATIONAL_NUMBER', 'rijksregisternummer ', '85.07.30-033.28'],
  ['PT_NIF', 'NIF contribuinte ', '123456789'],
  ['CH_AHV', 'AHV ', '756.9217.0769.85'],
  ['PL_PESEL', 'PESEL ', '44051401359'],
  ['SE_PERSONNUMMER', 'personnummer ', '811218-9876'],
  ['FI_PERSONAL_IDENTITY_CODE', 'hetu ', '131052-308T'],
  ['AU_TFN', 'TFN ', '123 456 782'],
  ['AU_ABN', 'ABN ', '51 824 753 556'],
  ['AU_MEDICARE', 'Medicare card ', '2123 45670 1'],
  ['CA_SIN', 'SIN ', '130 692 544'],
  ['IN_AADHAAR', 'Aadhaar ', '2345 6789 0124'],
  ['IN_PAN', 'PAN ', 'ABCPE1234F'],
  ['SG_NRIC_FIN', 'NRIC ', 'S1234567D'],
  ['MY_NRIC', 'MyKad ', '900101-14-5678'],
  ['BR_CPF', 'CPF ', '529.982.247-25'],
  ['BR_CNPJ', 'CNPJ ', '11.222.333/0001-81'],
  ['MX_CURP', 'CURP ', 'HEGG560427MVZRRL04'],
  ['CL_RUT', 'RUT ', '12.345.678-5'],
  ['EMAIL_ADDRESS', 'write to ', 'jo.bloggs+x@mail.example.co.uk'],
  ['URL_WITH_CREDENTIALS', 'see ', 'https://user:hunter2@host.example/path'],
  ['IP_ADDRESS', 'from ', '203.0.113.77'],
  ['IP_ADDRESS', 'from ', '2001:db8::ff00:42:8329'],
  ['MAC_ADDRESS', 'adapter ', '00:1B:44:11:3A:B7'],
  ['PHONE_NUMBER', 'call ', '+44 20 7946 0958'],
  ['PHONE_NUMBER', 'call ', '(212) 555-0199'],
  ['DATE_OF_BIRTH', 'Date of birth: ', '03/04/1985'],
  ['CRYPTO', 'wallet ', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa'],
  ['CRYPTO', 'wallet ', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
  ['CRYPTO', 'wallet ', '0x52908400098527886E0F7030069857D2E4169EE7'],
  ['API_KEY', 'uses ', 'AKIAIOSFODNN7EXAMPLE'],
  ['JWT', 'token ', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
  ['SECRET', 'password: ', 'hunter2!'],
  ['VIN', 'VIN ', '1M8GDM9AXKP042788'],
  ['IMEI', 'IMEI ', '490154203237518'],
  ['LICENSE_PLATE', 'number plate ', 'AB12 CDE'],
  ['ADDRESS', 'lives at ', '742 Evergreen Terrace, Springfield, OR 97477'],
  ['ADDRESS', 'wohnt in der ', 'Hauptstraße 12, 10115 Berlin'],
  ['PERSON', 'Patient name: ', 'Ottoline Quennell'],
  ['PERSON', 'signed by Mrs. ', 'Ottoline Quennell'],
  ['PERSON', 'Signature: ', 'M. Quennell'],
  ['PERSON', 'Signed by the Consultant: ', 'Ottoline Quennell'],
  ['PERSON', 'Handler: ', 'R. Castellane'],
  ['ADDRESS', 'at ', '5 Sawmill Yard, Hereford HR1 2NB'],
  ['AGE', 'age: ', '45'],
];

describe('recognizers', () => {
  it.each(CASES)('find %s after "%s": %s', (type, before, value) => {
    expect(found(`${before}${value} and more`)).toContainEqual([type, value]);
  });

  it.each([
    ['a card with a wrong check digit', 'Card: 4111 1111 1111 1112'],
    ['an IBAN with a wrong check', 'IBAN GB82 WEST 1234 5698 7654 33'],
    ['a social security number of an area that was never given out', 'SSN 666-12-3456'],
    ['an NHS number with a wrong check digit', 'NHS number 143 476 5918'],
    ['a tax id with a wrong check digit', 'Steuer-ID 86095742718'],
    ['an address that is base58 but not of Bitcoin', '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb'],
    ['a version number', 'runs release 1.2.3.4'],
    ['an amount', 'a total of $123456789.00 is due'],
    ['the quantity and amounts of a row', 'Call us. Lamp, 6 V 20 W 12 18.50 222.00'],
    ['an ordinary number', 'the batch held 123456789 grains'],
    ['context inside another word ("lic" in "public")', 'the public number D1234567'],
  ])('leave alone %s', (_, text) => {
    expect(found(text).filter(([type]) => type !== 'PERSON')).toEqual([]);
  });

  it('say why they fired, never with the value', () => {
    const [entity] = findEntities('Card: 4111 1111 1111 1111', DEFAULT_POLICY);
    expect(entity).toEqual({
      type: 'CREDIT_CARD',
      start: 6,
      end: 25,
      score: 1,
      recognizer: 'credit-card',
      why: 'issuer range and Luhn, context',
    });
  });
});
