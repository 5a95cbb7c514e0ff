import { expect, test } from 'vitest';
import { manifest } from '../shared/manifest.ts';
import { functionAt, functions } from './workloads.ts';

test('every subscription and sweep has a function, and its account a name that fits', () => {
  for (const { path: at } of [...manifest.subscriptions, ...manifest.sweeps]) expect(functionAt(at).name).not.toBe('');
  expect(() => functionAt('/_push/nothing')).toThrow('/_push/nothing');
  expect(functions.filter(({ name }) => `fn-${name}`.length > 30)).toEqual([]);
});

test('functions may do no more than their steps ask for', () => {
  const may = (name: string) => functions.find((definition) => definition.name === name)?.grants;
  expect(may('step-webhook')).toMatchObject({ buckets: {}, invokes: [], keys: false, tenantSecrets: 'read' });
  expect(may('step-extract')).toMatchObject({ buckets: { artifacts: 'write' }, invokes: [] });
  expect(functions.filter(({ grants }) => grants.signsLinks).map(({ name }) => name)).toEqual(['api']);
});
