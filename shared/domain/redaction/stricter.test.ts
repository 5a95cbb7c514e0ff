import { describe, expect, it } from 'vitest';
import type { Operator, Policy } from '../policy.ts';
import { DEFAULT_POLICY } from './default-policy.ts';
import { findEntities } from './find.ts';
import { operatorFor } from './operators.ts';
import { scopePolicy } from './policy-scope.ts';
import { stricter } from './stricter.ts';
import { compileTenantRecognizers } from './tenant-recognizers.ts';

const SCOPE = { documentType: null, artifact: 'export', audience: 'public' } as const;
const scoped = (policy: Partial<Policy>) => scopePolicy({ ...DEFAULT_POLICY, ...policy }, SCOPE);
const keep: Operator = { operator: 'keep' };
const mask = (keepLast: number): Operator => ({ operator: 'mask', character: '*', keepLast });

describe('two policies together', () => {
  it('take out what either takes out, by the operator that leaves less', () => {
    const both = stricter(
      scoped({ entities: { PERSON: keep, CREDIT_CARD: mask(4), DATE_TIME: { operator: 'generalize' } } }),
      scoped({ entities: { CREDIT_CARD: mask(2), DATE_TIME: keep, URL: { operator: 'remove' } }, threshold: 0.3 }),
    );
    expect(operatorFor(both, 'PERSON')).toEqual({ operator: 'replace' });
    expect(operatorFor(both, 'CREDIT_CARD')).toEqual(mask(2));
    expect(operatorFor(both, 'DATE_TIME')).toEqual({ operator: 'generalize' });
    expect(operatorFor(both, 'URL')).toEqual({ operator: 'remove' });
    expect(both.threshold).toBe(0.3);
  });

  it('keep no field for its name alone that one of them does not name, and allow what both allow', () => {
    const rules = (operator: Operator): Policy['rules'] => [{ fields: ['supplier'], operator, review: false }];
    const lax = scoped({ rules: rules(keep), allow: ['Bluebell', 'Harbour'], deny: ['Heron'] });
    const both = stricter(lax, scoped({ allow: ['Harbour'] }));
    expect(both).toMatchObject({ fields: {}, allow: ['Harbour'], deny: ['Heron'] });
    expect(stricter(lax, lax).fields).toEqual({ supplier: keep });
    expect(stricter(lax, scoped({ rules: rules({ operator: 'remove' }) })).fields).toEqual({
      supplier: { operator: 'remove' },
    });
  });

  it('find what the recognizers of either find, and allow by recognizer only what both allow', () => {
    const dictionary = (words: string[]): Policy['recognizers'][number] => ({
      ...{ kind: 'dictionary', name: 'projects', type: 'PROJECT', words, score: 0.9, languages: [] },
    });
    const allow = { kind: 'allow' as const, name: 'samples', words: ['Heron'] };
    const now = scoped({ recognizers: [dictionary(['Wren']), allow] });
    const then = scoped({ recognizers: [dictionary(['Heron'])] });
    const both = stricter(now, then);
    const { recognizers, allow: allowed } = compileTenantRecognizers(both.recognizers);
    expect(allowed).toEqual([]);
    const found = findEntities('Wren and Heron', both, { recognizers });
    expect(found.map(({ type, start }) => [type, start])).toEqual([
      ['PROJECT', 0],
      ['PROJECT', 9],
    ]);
    expect(stricter(now, now).recognizers).toEqual(now.recognizers);
  });
});
