import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pageOf } from '../extraction/page-of.fixture.ts';
import type { ExtractedField, ExtractionResult } from '../extraction-result.ts';
import { type Operator, type Policy, type PolicyRule, policySchema, REDACTED_ARTIFACTS } from '../policy.ts';
import { applyToText } from './apply-to-text.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { keysOf } from './operators/keys.fixture.ts';
import { isRedacted } from './operators.ts';
import { scopePolicy } from './policy-scope.ts';
import { DocumentRedactor } from './redact-document.ts';
import { applyToStructured } from './redact-structured.ts';

const keys = keysOf('acme');
const VALUES = [
  '4111 1111 1111 1111',
  'Mr. John Smith',
  'Ottoline Quennell',
  'quayside@hidden.example',
  'a@b.co',
  '+44 20 7946 0958',
  '12/03/1990',
  '536-90-4399',
  'DE89 3704 0044 0532 0130 00',
  'https://hidden.example/x',
  'hidden.example',
  '10.1.2.3',
  'Passport: L01X00T47',
  'L01X00T47',
  '12 Oak Street, Springfield',
  'password=hunter22',
  'age 42',
  'sk_live_4eC39HqLyjWDarjtT1zdp7dc',
];
const FILLERS = [
  ' ',
  '\n',
  ', ',
  ': ',
  '\u200b',
  '😀',
  'é',
  '<',
  '>',
  '-',
  '_',
  'x',
  '1',
  '４',
  'the harbour ',
  'Name: ',
];
const TYPES = [
  ...['PERSON', 'EMAIL_ADDRESS', 'URL', 'CREDIT_CARD', 'DATE_TIME', 'PHONE_NUMBER', 'IBAN_CODE', 'US_SSN'],
  ...['IP_ADDRESS', 'ADDRESS', 'AGE', 'SECRET', 'ORGANIZATION', 'DENIED'],
];

const text = fc
  .array(
    fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...FILLERS), fc.string({ unit: 'grapheme', maxLength: 4 })),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

/** Those that leave nothing which looks like a value again: to apply them once more changes nothing. */
const settled: fc.Arbitrary<Operator> = fc.oneof(
  fc.constantFrom<Operator>({ operator: 'replace' }, { operator: 'remove' }, { operator: 'keep' }),
  fc.constantFrom('', '█', '[…]').map((written): Operator => ({ operator: 'replace', with: written })),
  fc.constantFrom('*', '#', 'x', '0').map((character): Operator => ({ operator: 'mask', character, keepLast: 0 })),
);
const any: fc.Arbitrary<Operator> = fc.oneof(
  settled,
  fc.constantFrom<Operator>(
    { operator: 'hash' },
    { operator: 'pseudonymize' },
    { operator: 'preserveFormat' },
    { operator: 'generalize' },
  ),
  fc.integer({ min: 1, max: 3650 }).map((mostDays): Operator => ({ operator: 'shiftDates', mostDays })),
  fc.integer({ min: 1, max: 8 }).map((keepLast): Operator => ({ operator: 'mask', character: '*', keepLast })),
);
const FIELDS = ['customer', 'invoice_number', 'notes'] as const;

const share = fc.double({ min: 0, max: 1, noNaN: true });
const some = <T>(values: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...values], { minLength: 1, maxLength: Math.min(3, values.length) });
const rule = (operator: fc.Arbitrary<Operator>): fc.Arbitrary<PolicyRule> =>
  fc.record(
    {
      ...{ operator, review: fc.boolean(), threshold: share, entities: some(TYPES), fields: some(FIELDS) },
      ...{ artifacts: some(REDACTED_ARTIFACTS), audiences: some(['auditor', 'public']) },
      documentTypes: some(['invoice', 'letter']),
    },
    { requiredKeys: ['operator', 'review'] },
  );
/** A policy as it applies to some artifact, document and audience. */
const policy = (operator: fc.Arbitrary<Operator>) =>
  fc
    .record({
      ...{ threshold: share, default: operator, rules: fc.array(rule(operator), { maxLength: 4 }) },
      entities: fc.dictionary(fc.constantFrom(...TYPES), operator, { maxKeys: 5 }),
      allow: fc.subarray(VALUES, { maxLength: 2 }),
      deny: fc.subarray(VALUES, { maxLength: 2 }),
      scope: fc.record({
        artifact: fc.constantFrom(...REDACTED_ARTIFACTS),
        audience: fc.constantFrom(null, 'auditor', 'public'),
        documentType: fc.constantFrom(null, 'invoice', 'letter'),
      }),
    })
    .map(({ scope, ...over }) => scopePolicy(policySchema.parse({ ...DEFAULT_POLICY, ...over }), scope));

async function redact(given: string, chosen: Policy): Promise<{ redactor: DocumentRedactor; made: string }> {
  const redactor = new DocumentRedactor(chosen);
  const { redacted } = redactor.redactText(given);
  const { values, findAgain } = redactor;
  return { redactor, made: await applyToText(given, redacted, { policy: chosen, keys, values, findAgain }) };
}

/** Every text of a structure, keys too. */
const textsIn = (node: unknown): string[] => {
  if (typeof node === 'string') return [node];
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => [key, ...textsIn(value)]);
};

const field = (of: fc.Arbitrary<string>): fc.Arbitrary<ExtractedField> =>
  fc.record({
    name: fc.constantFrom(...FIELDS),
    type: fc.constantFrom('text', 'person', 'organization', 'id', 'email', 'date'),
    ...{ raw: of, value: of, page: fc.constant(1), confidence: share, valid: fc.constant(true) },
    box: fc.constant<[number, number, number, number]>([0, 0, 10, 10]),
  });
const structure: fc.Arbitrary<ExtractionResult> = fc
  .record({
    fields: fc.array(field(text), { maxLength: 4 }),
    cells: fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }),
  })
  .map(({ fields, cells }) => ({
    ...{ documentType: { name: 'letter', confidence: 1 }, template: 'letter', fields },
    tables: [
      {
        ...{ name: 'lines', page: 1, columns: ['item', 'note'] },
        rows: cells.map(([item, note]) => ({ page: 1, box: [0, 0, 1, 1], cells: { item, note } })),
      },
    ],
    account: { tables: 1, rows: cells.length },
  }));

describe('for any text and any policy', () => {
  it('no value that goes is in the text that comes out', async () => {
    await fc.assert(
      fc.asyncProperty(text, policy(any), async (given, chosen) => {
        const { redactor, made } = await redact(given, chosen);
        expect(redactor.values.find(made).map(({ start, end }) => made.slice(start, end))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('offsets lead back: what lies between the finds comes out as it went in, and in its place', async () => {
    await fc.assert(
      fc.asyncProperty(text, policy(any), async (given, chosen) => {
        const { entities, redacted } = new DocumentRedactor(chosen).redactText(given);
        for (const found of [entities, redacted]) {
          let at = 0;
          for (const { start, end } of found) {
            expect(start).toBeGreaterThanOrEqual(at);
            expect(end).toBeGreaterThan(start);
            at = end;
          }
          expect(at).toBeLessThanOrEqual(given.length);
        }
        expect(redacted.every(({ type }) => isRedacted(chosen, type))).toBe(true);
        const marked = redacted.map((entity, index) => ({ ...entity, type: `T${index}` }));
        const made = await applyToText(given, marked, {
          policy: { default: { operator: 'replace' }, entities: {} },
          keys,
        });
        const back = redacted.reduce(
          (left, { start, end }, index) => left.replace(`<T${index}>`, () => given.slice(start, end)),
          made,
        );
        fc.pre(!/<T\d/.test(given));
        expect(back).toBe(given);
      }),
      { numRuns: 200 },
    );
  });

  it('to redact once more changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(text, policy(settled), async (given, chosen) => {
        const { made } = await redact(given, chosen);
        expect((await redact(made, chosen)).made).toBe(made);
      }),
      { numRuns: 300 },
    );
  });

  it('no value that goes from any field or cell is in the structure that comes out', async () => {
    await fc.assert(
      fc.asyncProperty(structure, policy(any), async (given, chosen) => {
        const redactor = new DocumentRedactor(chosen);
        redactor.learnFields(given);
        const { find, findAgain, values } = redactor;
        const made = await applyToStructured(given, { policy: chosen, find, findAgain, values, keys });
        const told = [...made.fields.map(({ raw, value }) => [raw, value]), made.tables.map(({ rows }) => rows)];
        for (const one of textsIn(told)) expect(values.find(one), one).toEqual([]);
        expect(made.fields.map(({ name, page, box }) => [name, page, box])).toEqual(
          given.fields.map(({ name, page, box }) => [name, page, box]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('no value that goes is among the words that stay on a page, and every word of it lies in a box', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), policy(any), (lines, chosen) => {
        const page = { ...pageOf(lines.join('\n').split('\n')), width: 100_000, height: 100_000 };
        const redactor = new DocumentRedactor(chosen);
        redactor.learnPage(page);
        const { words, boxes } = redactor.redactPage(page);
        expect(redactor.values.find(words.map((word) => word.text).join(' '))).toEqual([]);
        for (const word of page.words.filter((one) => !words.includes(one))) {
          const [x, y] = [(word.box[0] + word.box[2]) / 2, (word.box[1] + word.box[3]) / 2];
          expect(boxes.some((box) => box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3])).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
