import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { luhn } from '../checksums.ts';
import { applyOperator } from '../operators.ts';
import { generalize } from './generalize.ts';
import { keysOf } from './keys.fixture.ts';
import { preserveFormat } from './preserve-format.ts';
import { pseudonymize, revealPseudonyms } from './pseudonym.ts';
import { daysToShift, shiftDate } from './shift-dates.ts';

const acme = keysOf('acme');
const other = keysOf('other');

describe('pseudonyms', () => {
  it('are the same for the same value of the same type, and for nothing else', async () => {
    const one = await pseudonymize('Ottoline Quennell', 'PERSON', acme);
    expect(one).toMatch(/^PERSON_1_[0-9a-hjkmnp-tv-z]{50,}$/);
    expect(await pseudonymize('Ottoline Quennell', 'PERSON', acme)).toBe(one);
    expect(await pseudonymize('Ottoline Quennel', 'PERSON', acme)).not.toBe(one);
    expect((await pseudonymize('Ottoline Quennell', 'LOCATION', acme)).split('_')[2]).not.toBe(one.split('_')[2]);
  });

  it('of two tenants, and of two versions of the keys, have nothing in common', async () => {
    const made = await Promise.all(
      [acme, other, keysOf('acme', 2)].map((keys) => pseudonymize('Ottoline Quennell', 'PERSON', keys)),
    );
    expect(new Set(made.map((text) => text.split('_')[2])).size).toBe(3);
  });

  it('are turned back by the tenant that made them, whatever the version, and by no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.integer({ min: 1, max: 9 }),
        async (value, version) => {
          fc.pre(value.isWellFormed());
          const token = await pseudonymize(value, 'PERSON', keysOf('acme', version));
          expect(await revealPseudonyms(`Dear ${token}, and ${token}.`, acme.mac)).toBe(`Dear ${value}, and ${value}.`);
          await expect(revealPseudonyms(token, other.mac)).rejects.toMatchObject({ code: 'invalid_request' });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('that were changed are refused', async () => {
    const token = await pseudonymize('Ottoline Quennell', 'PERSON', acme);
    const changed = token.slice(0, -3) + (token.endsWith('000') ? '111' : '000');
    await expect(revealPseudonyms(changed, acme.mac)).rejects.toMatchObject({ code: 'invalid_request' });
  });
});

describe('preserving the format', () => {
  it('keeps the form of any value that is long enough, gives another value, and the same each time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[A-Za-z0-9 ./-]{8,40}$/), async (value) => {
        const made = await preserveFormat(value, 'ID', acme);
        if (made === null) return;
        expect(made.replace(/\d/g, '0').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a')).toBe(
          value.replace(/\d/g, '0').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a'),
        );
        expect(await preserveFormat(value, 'ID', acme)).toBe(made);
      }),
      { numRuns: 40 },
    );
  });

  it('gives cards a right check digit, each another', async () => {
    const made = await preserveFormat('4111 1111 1111 1111', 'CREDIT_CARD', acme);
    expect(made).toMatch(/^\d{4} \d{4} \d{4} \d{4}$/);
    expect(made).not.toBe('4111 1111 1111 1111');
    expect(luhn((made ?? '').replaceAll(' ', ''))).toBe(true);
    expect(await preserveFormat('4111 1111 1111 1111', 'CREDIT_CARD', other)).not.toBe(made);
  });

  it('says that it cannot hide what is too short, and the type stands there', async () => {
    expect(await preserveFormat('12-34', 'ID', acme)).toBeNull();
    expect(await applyOperator('12-34', 'ID', { operator: 'preserveFormat' }, acme)).toBe('<ID>');
  });
});

describe('shifting dates', () => {
  it.each(['2024-03-09', '9.3.2024', '09.03.2024', '2024/03/09', '31/12/1999', '12/31/99'])(
    'writes %s as it was, moved by the tenant’s days',
    async (date) => {
      const made = (await shiftDate(date, 90, acme)) ?? '';
      expect(made).not.toBe(date);
      expect(made.replace(/\d+/g, '')).toBe(date.replace(/\d+/g, ''));
    },
  );

  it('keeps the time between two dates', async () => {
    const [a, b] = await Promise.all(['2024-02-27', '2024-03-02'].map((date) => shiftDate(date, 300, acme)));
    expect((Date.parse(b ?? '') - Date.parse(a ?? '')) / 86_400_000).toBe(4);
  });

  it('never moves by nothing, nor by more than was asked', async () => {
    const days = await Promise.all(Array.from({ length: 200 }, (_, i) => daysToShift(keysOf(`tenant ${i}`), 3)));
    expect([...new Set(days)].sort((a, b) => a - b)).toEqual([-3, -2, -1, 1, 2, 3]);
  });

  it('says that it cannot move what may be two dates, or stands beside words', async () => {
    for (const text of ['03/04/2024', 'Monday', '2024-03-09 and 2024-03-10', '3 March 2024', 'Sat 2024-03-09'])
      expect(await shiftDate(text, 90, acme), text).toBeNull();
    expect(await applyOperator('Monday', 'DATE_TIME', { operator: 'shiftDates', mostDays: 9 }, acme)).toBe(
      '<DATE_TIME>',
    );
  });
});

describe('generalizing', () => {
  it.each([
    ['2024-03-09', 'DATE_TIME', '2024-03'],
    ['45 years old', 'AGE', '40-49'],
    ['age 97', 'AGE', '90+'],
    ['jo@mail.example.org', 'EMAIL_ADDRESS', 'mail.example.org'],
    ['https://user:pw@example.com/a?b', 'URL', 'example.com'],
    ['203.0.113.9', 'IP_ADDRESS', '203.0.113.0/24'],
    ['2001:db8:1:2::3', 'IP_ADDRESS', '2001:db8:1::/48'],
    ['Jo Bloggs', 'PERSON', null],
    ['03/04/2024', 'DATE_TIME', null],
  ])('makes %s (%s) %s', (value, type, expected) => {
    expect(generalize(value, type)).toBe(expected);
  });
});
