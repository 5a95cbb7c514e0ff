import { expect, it } from 'vitest';
import { type Policy, policyRuleSchema } from '../policy.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { operatorFor } from './operators.ts';
import { type PolicyScope, scopePolicy } from './policy-scope.ts';

const withRules = (...rules: unknown[]): Policy => ({
  ...DEFAULT_POLICY,
  rules: rules.map((rule) => policyRuleSchema.parse(rule)),
});
const scope = (over: Partial<PolicyScope> = {}): PolicyScope => ({
  documentType: 'invoice',
  artifact: 'text',
  audience: null,
  ...over,
});

it('is the policy itself where no rule applies', () => {
  const policy = withRules({ audiences: ['public'], operator: { operator: 'remove' } });
  expect(operatorFor(scopePolicy(policy, scope()), 'PERSON')).toEqual({ operator: 'replace' });
  expect(operatorFor(scopePolicy(policy, scope({ audience: 'public' })), 'PERSON')).toEqual({ operator: 'remove' });
});

it('goes by the first rule all of whose conditions hold', () => {
  const policy = withRules(
    {
      entities: ['PERSON'],
      documentTypes: ['invoice'],
      artifacts: ['text'],
      operator: { operator: 'pseudonymize' },
      review: true,
    },
    { entities: ['PERSON'], operator: { operator: 'hash' }, threshold: 0.9 },
  );
  const text = scopePolicy(policy, scope());
  expect(operatorFor(text, 'PERSON').operator).toBe('pseudonymize');
  expect(text.reviewed).toEqual(['PERSON']);
  expect(text.thresholds).toEqual({});
  const pdf = scopePolicy(policy, scope({ artifact: 'pdf' }));
  expect(operatorFor(pdf, 'PERSON').operator).toBe('hash');
  expect(pdf.thresholds).toEqual({ PERSON: 0.9 });
  expect(operatorFor(pdf, 'CREDIT_CARD').operator).toBe('mask');
});

it('keeps what a rule says of fields to those fields', () => {
  const scoped = scopePolicy(withRules({ fields: ['supplier_name'], operator: { operator: 'keep' } }), scope());
  expect(scoped.fields).toEqual({ supplier_name: { operator: 'keep' } });
  expect(operatorFor(scoped, 'ORGANIZATION')).toEqual(operatorFor(DEFAULT_POLICY, 'ORGANIZATION'));
});

it('knows types that only the policy names', () => {
  const scoped = scopePolicy(withRules({ entities: ['STAFF_NUMBER'], operator: { operator: 'remove' } }), scope());
  expect(operatorFor(scoped, 'STAFF_NUMBER')).toEqual({ operator: 'remove' });
});
