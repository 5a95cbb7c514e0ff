import { describe, expect, test } from 'vitest';
import { parseDeployment } from './deployment.ts';
import { environments } from './environments.ts';

describe('a deployment', () => {
  const base = { env: 'dev', project: 'my-project', release: 'abc' };

  test('names every parameter that is wrong', () => {
    expect(() => parseDeployment({ ...base, project: 'No', alertEmail: 'nobody' })).toThrow(
      /--project: .*6 to 30[\s\S]*--alertEmail/,
    );
  });

  test('of staging and prod takes a domain', () => {
    expect(() => parseDeployment({ ...base, env: 'prod' })).toThrow('--domain');
    expect(parseDeployment({ ...base, env: 'prod', domain: 'a.example.com' }).environment).toBe(environments.prod);
  });

  test('knows no environment but those described', () => {
    expect(() => parseDeployment({ ...base, env: 'test' })).toThrow('--env');
  });
});
