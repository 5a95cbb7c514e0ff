import { describe, expect, it } from 'vitest';
import { ZodError } from 'zod';
import { DEFAULT_POLICY } from './default-policy.ts';
import { findEntities } from './find.ts';
import { compileTenantRecognizers } from './tenant-recognizers.ts';

const pattern = { kind: 'pattern', name: 'case-file', type: 'CASE_FILE', pattern: '\\bCF-\\d{6}\\b' };
const find = (data: unknown, text: string) => {
  const { recognizers, allow } = compileTenantRecognizers(data);
  return findEntities(text, { ...DEFAULT_POLICY, allow }, { recognizers }).map(({ type, start, end, score, why }) => ({
    type,
    value: text.slice(start, end),
    score,
    why,
  }));
};
const problems = (data: unknown): string[] => {
  try {
    compileTenantRecognizers(data);
  } catch (error) {
    if (error instanceof ZodError) return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw error;
  }
  return [];
};

describe('recognizers of a tenant', () => {
  it('find by pattern, and are surer beside a context word', () => {
    const data = [{ ...pattern, context: ['court'], score: 0.6 }];
    expect(find(data, 'see CF-123456 there')).toEqual([
      { type: 'CASE_FILE', value: 'CF-123456', score: 0.6, why: 'pattern of the tenant' },
    ]);
    expect(find(data, 'Court of appeal, CF-123456')).toMatchObject([
      { score: 0.9, why: 'pattern of the tenant, context' },
    ]);
    expect(find(data, 'courtesy of CF-123456')).toMatchObject([{ score: 0.6 }]);
  });

  it('take the first group for the value', () => {
    expect(find([{ ...pattern, pattern: 'staff no\\. (\\w{5})' }], 'staff no. ab12c left')).toMatchObject([
      { value: 'ab12c' },
    ]);
  });

  it('find dictionary words in any case, spacing and disguise, as whole words', () => {
    const data = [{ kind: 'dictionary', name: 'projects', type: 'PROJECT', words: ['Blue Heron', 'Zed'] }];
    expect(find(data, 'the BLUE  heron, blue\u200bheron and zedless').map(({ value }) => value)).toEqual([
      'BLUE  heron',
      'blue\u200bheron',
    ]);
  });

  it('let words of an allow list alone, whoever finds them', () => {
    const data = [pattern, { kind: 'allow', name: 'samples', words: ['cf 000000'] }];
    expect(find(data, 'CF-000000 and CF-000001').map(({ value }) => value)).toEqual(['CF-000001']);
  });

  it('see a value that stands across a stretch of a long text, once', () => {
    for (const before of [19_990, 19_995, 19_999, 20_000]) {
      const text = `${'x '.repeat(before / 2 + 1).slice(0, before - 1)} CF-123456 y`;
      expect(find([pattern], text)).toHaveLength(1);
    }
  });

  it('are refused with the place and what to do', () => {
    expect(problems([{ ...pattern, pattern: '(a)\\1' }])[0]).toMatch(/^0\.pattern: is not a valid RE2 pattern/);
    expect(problems([{ ...pattern, pattern: 'a*' }])[0]).toMatch(/^0\.pattern: must not match the empty text/);
    expect(problems([{ ...pattern, pattern: '((a{1,90}){1,10}){1,9}' }]).join()).toMatch(
      /0\.pattern: is (?:too large|not a valid)/,
    );
    expect(problems([pattern, pattern])[0]).toBe('1.name: case-file is taken; names are unique');
    expect(problems([{ kind: 'dictionary', name: 'd', type: 'D', words: ['—'] }])[0]).toMatch(
      /0\.words\.0: .*letter or digit/,
    );
    expect(problems([{ ...pattern, type: 'lower' }])[0]).toMatch(/^0\.type: must be 1 to 64 capitals/);
  });

  it.each(['(a+)+b', '(a|aa)+c', '(.*)*x', '(?:a?){20}a{20}'])('cannot stall a worker: %s', (evil) => {
    const { recognizers } = compileTenantRecognizers([{ ...pattern, pattern: `q${evil}` }]);
    const before = process.cpuUsage();
    findEntities('a'.repeat(100_000), DEFAULT_POLICY, { recognizers });
    const { user } = process.cpuUsage(before);
    expect(user / 1000).toBeLessThan(1500);
  });
});
