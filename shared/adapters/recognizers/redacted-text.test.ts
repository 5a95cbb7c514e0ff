import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Operator } from '../../domain/policy.ts';
import { applyToText } from '../../domain/redaction/apply-to-text.ts';
import { DEFAULT_POLICY } from '../../domain/redaction/default-policy.ts';
import { keysOf } from '../../domain/redaction/operators/keys.fixture.ts';
import type { Recognizer } from '../../domain/redaction/recognizer.ts';
import { DocumentRedactor } from '../../domain/redaction/redact-document.ts';
import { RECOGNIZERS } from '../../domain/redaction/registry.ts';
import { loadLearnedNames } from './learned-model.ts';

let recognizers: readonly Recognizer[];
beforeAll(async () => {
  recognizers = [...RECOGNIZERS, await loadLearnedNames()];
});

const piece = fc.oneof(
  fc.constantFrom(
    'Ottoline Quennell',
    'OTTOLINE-QUENNELL',
    'tyrone washington',
    'Zenith Holdings LLC',
    'Lagos',
    'Pune',
  ),
  fc.constantFrom('12 Oak Street, Springfield', '4111 1111 1111 1111', 'quayside@hidden.example', '12 March 2024'),
  fc.constantFrom(' ', '\n', ', ', '. ', ' met ', ' of ', 'Dear ', '\u200b', '😀', '_'),
  fc.string({ unit: 'grapheme', maxLength: 3 }),
);
const operator = fc.constantFrom<Operator>(
  { operator: 'replace' },
  { operator: 'remove' },
  { operator: 'mask', character: '*', keepLast: 4 },
  { operator: 'hash' },
  { operator: 'pseudonymize' },
  { operator: 'preserveFormat' },
  { operator: 'generalize' },
  { operator: 'shiftDates', mostDays: 90 },
);

it('no name that the model finds once is anywhere in what comes out, whatever the text and the operator', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(piece, { maxLength: 16 }),
      operator,
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (parts, chosen, threshold) => {
        const policy = { ...DEFAULT_POLICY, default: chosen, entities: {}, threshold };
        const redactor = new DocumentRedactor(policy, { recognizers });
        const text = parts.join('');
        const { redacted } = redactor.redactText(text);
        const { values, findAgain } = redactor;
        const made = await applyToText(text, redacted, { policy, keys: keysOf('acme'), values, findAgain });
        expect(values.find(made).map(({ start, end }) => made.slice(start, end))).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});
