import { expect, test } from 'vitest';
import { runChaos } from '../chaos/run-chaos.ts';

/** `npm run chaos` does the same with 100 kills and more documents. */
test('killed at random, the platform and its children lose nothing and double nothing', {
  timeout: 300_000,
}, async () => {
  const report = await runChaos({ documents: 8, kills: 8, everyMs: 1200, settleMs: 180_000, say: () => undefined });
  expect(report.violations).toEqual([]);
  expect(Object.values(report.kills).reduce((sum, kills) => sum + kills, 0)).toBeGreaterThan(4);
});
