import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Policy } from '../policy.ts';
import { safeFilename } from '../safe-filename.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { nameForms } from './name-forms.ts';
import { extensionOf, type Names, namesFor, neutralFilename } from './names.ts';
import { canonical } from './normalize.ts';
import { keysOf } from './operators/keys.fixture.ts';
import { applyOperator } from './operators.ts';
import { DocumentRedactor } from './redact-document.ts';
import { redactNames } from './redact-names.ts';

const keys = keysOf('acme');
const pdf = (filename: string, metadata: Names['metadata'] = {}) => ({
  ...{ filename, metadata },
  mediaType: 'application/pdf',
});

/** The names of a document in which these people are named. */
async function redacted(
  names: ReturnType<typeof pdf>,
  { people = [], policy = {} }: { people?: readonly string[]; policy?: Partial<Policy> } = {},
) {
  const whole = { ...DEFAULT_POLICY, ...policy };
  const redactor = new DocumentRedactor(whole);
  for (const name of people)
    redactor.learnFields({
      ...{ documentType: { name: 'letter', confidence: 1 }, template: 'letter', tables: [] },
      account: { tables: 0, rows: 0 },
      fields: [
        {
          ...{ name: 'recipient', type: 'person', value: name, raw: name, page: 1, box: [0, 0, 1, 1] },
          ...{ confidence: 1, valid: true },
        },
      ],
    });
  const { find, values, people: words } = redactor;
  return redactNames(names, { policy: whole, find, values, people: words, keys });
}
const filenameOf = async (...args: Parameters<typeof redacted>): Promise<string> =>
  (await redacted(...args)).names.filename;

describe('a file name', () => {
  it.each([
    ['SSN_536-90-4399.pdf', 'SSN_US_SSN.pdf'],
    ['card 4111-1111-1111-1111 scan.pdf', 'card ____-____-____-1111 scan.pdf'],
    ['jane.doe@hidden.example_letter.pdf', 'EMAIL_ADDRESS_letter.pdf'],
    ['statement_DE89370400440532013000.pdf', 'statement___________________3000.pdf'],
    ['invoice_2024-03.pdf', 'invoice_2024-03.pdf'],
  ])('%s becomes %s', async (filename, expected) => {
    expect(await filenameOf(pdf(filename))).toBe(expected);
  });

  it.each([
    ['Jane_Doe_passport.pdf', 'PERSON_passport.pdf'],
    ['JaneDoePassport.pdf', 'PERSONPassport.pdf'],
    ['doe-jane.PDF', 'PERSON-PERSON.PDF'],
    ['contract (DOE).pdf', 'contract (PERSON).pdf'],
    ['janedoe.pdf', 'PERSON.pdf'],
    ['report.doe', 'report.PERSON'],
    ['does it rain.pdf', 'does it rain.pdf'],
  ])('of a document about Jane Doe: %s becomes %s', async (filename, expected) => {
    expect(await filenameOf(pdf(filename), { people: ['Jane Doe'] })).toBe(expected);
  });

  it('has what its metadata gave away taken out as well, and the other way round', async () => {
    const names = pdf('quayside@hidden.example.pdf', { about: 'QUAYSIDE-hidden example', ref: 'B7' });
    expect((await redacted(names)).names).toEqual({
      filename: 'EMAIL_ADDRESS.pdf',
      metadata: { about: '<EMAIL_ADDRESS>', ref: 'B7' },
    });
  });

  it('has the pseudonym that the document has', async () => {
    const operator = { operator: 'pseudonymize' } as const;
    const made = await filenameOf(pdf('letter_JaneDoe.pdf'), {
      people: ['Jane Doe'],
      policy: { entities: { PERSON: operator } },
    });
    // The whole name is one find, as in the text.
    expect(made).toBe(`letter_${await applyOperator('Jane Doe', 'PERSON', operator, keys)}.pdf`);
  });

  it('keeps what the policy keeps or allows, and loses what it denies', async () => {
    const people = ['Jane Doe'];
    expect(
      await filenameOf(pdf('Jane_Doe.pdf'), { people, policy: { entities: { PERSON: { operator: 'keep' } } } }),
    ).toBe('Jane_Doe.pdf');
    expect(
      await filenameOf(pdf('quayside@hidden.example.pdf'), { policy: { allow: ['quayside@hidden.example'] } }),
    ).toBe('quayside@hidden.example.pdf');
    expect(await filenameOf(pdf('project-BlueHeron-plan.pdf'), { policy: { deny: ['blue heron'] } })).toBe(
      'project-DENIED-plan.pdf',
    );
  });

  it('that nothing is left of says what kind of file it is', async () => {
    const policy = { default: { operator: 'remove' } } as const;
    expect(await filenameOf(pdf('quayside@hidden.example.pdf'), { policy })).toBe('document.pdf');
  });
});

describe('metadata', () => {
  it('is read with its key before it, keys too, and no entry swallows another', async () => {
    const metadata = {
      passport_number: 'L01X00T471',
      'a@hidden.example': '1',
      'b@hidden.example': '2',
      note: 'harbour',
    };
    const { names, found } = await redacted(pdf('a.pdf', metadata));
    expect(names.metadata).toEqual({
      passport_number: expect.not.stringContaining('L01X00T471'),
      '<EMAIL_ADDRESS>': '1',
      '<EMAIL_ADDRESS> 2': '2',
      note: 'harbour',
    });
    expect(JSON.stringify(found)).not.toMatch(/hidden|L01X00T471/);
    expect(found.every((find) => find.of === 'metadata')).toBe(true);
  });
});

describe('where nobody could say what may stay', () => {
  it('nothing but the kind of file is told', () => {
    const document = { ...pdf('Jane_Doe.PDF', { about: 'Jane' }), redactedNames: null };
    expect(namesFor(document, 'webhook')).toEqual({ filename: 'document.pdf', metadata: {} });
    expect(neutralFilename({ filename: 'report.doe', mediaType: 'image/png' })).toBe('document.png');
    expect(neutralFilename({ filename: 'report.doe', mediaType: null })).toBe('document');
    expect(neutralFilename({ filename: 'call of doe', mediaType: 'audio/mpeg' })).toBe('document.mp3');
    expect(extensionOf('Jane_Doe.MKV')).toBe('.MKV');
  });
});

describe('properties', () => {
  const unit = fc.oneof(
    fc.constantFrom(
      '_',
      '-',
      '.',
      ' ',
      '+',
      'jane',
      'Doe',
      'DOE',
      '2024',
      '4111',
      'é',
      '😀',
      'ß',
      'İ',
      'pdf',
      '(',
      '@',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
  );
  const name = fc.array(unit, { maxLength: 14 }).map((parts) => parts.join(''));

  /** In one case: `ϕ` has the capital of `φ`. Nothing for the second half of a pair. */
  const letterAt = (text: string, at: number): string => {
    const letter = String.fromCodePoint(text.codePointAt(at) ?? 0);
    return /\p{Cs}/u.test(letter) ? '' : letter.toUpperCase().toLowerCase();
  };

  it('every form leads back to the name: each of its ranges to the very characters that it shows', () => {
    fc.assert(
      fc.property(name, (written) => {
        for (const form of nameForms(written)) {
          let before = 0;
          for (let at = 0; at < form.text.length; at++) {
            const { start, end } = form.toName(at, at + 1);
            expect(start).toBeGreaterThanOrEqual(before);
            expect(end).toBe(start + 1);
            const [shown, wrote] = [letterAt(form.text, at), letterAt(written, start)];
            if (shown !== ' ') expect(shown).toBe(wrote);
            before = start;
          }
          expect(form.toName(0, form.text.length)).toEqual({ start: 0, end: written.length });
        }
      }),
    );
  });

  const operator = fc.constantFrom<Policy['default']>(
    { operator: 'replace' },
    { operator: 'mask', character: '*', keepLast: 0 },
    { operator: 'hash' },
    { operator: 'pseudonymize' },
    { operator: 'preserveFormat' },
    { operator: 'remove' },
    { operator: 'generalize' },
  );
  const secret = fc.constantFrom('Ottoline Quennell', '4111 1111 1111 1111', 'quayside@hidden.example', '536-90-4399');
  const written = fc.constantFrom<(value: string) => string>(
    (value) => value,
    (value) => value.replaceAll(/[\s-]/g, '_'),
    (value) => value.replaceAll(' ', ''),
    (value) => value.replaceAll(' ', '-').toUpperCase(),
  );

  it('whatever the operator and however it is written, no value of the document is left in a name', async () => {
    await fc.assert(
      fc.asyncProperty(name, secret, written, name, operator, async (before, value, form, after, chosen) => {
        const policy = { ...DEFAULT_POLICY, default: chosen, entities: {} };
        const redactor = new DocumentRedactor(policy);
        redactor.values.add(value, 'PERSON');
        const filename = safeFilename(`${before}_${form(value)}_${after}.pdf`);
        fc.pre(canonical(filename).includes(canonical(value)));
        const { find, values, people } = redactor;
        const { names } = await redactNames(
          { filename, metadata: { about: `${before} ${form(value)}` }, mediaType: 'application/pdf' },
          { policy, find, values, people, keys },
        );
        const told = [names.filename, ...Object.values(names.metadata)];
        for (const text of told)
          for (const { text: read } of nameForms(text)) expect(redactor.values.find(read), text).toEqual([]);
        expect(extensionOf(names.filename)).toBe('.pdf');
        expect(safeFilename(names.filename)).toBe(names.filename);
      }),
      { numRuns: 150 },
    );
  });
});
