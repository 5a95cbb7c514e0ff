import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { systemClock } from '#shared/adapters/embedded/clock.ts';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { clockContract } from './clock.ts';

describe('the system clock', () => {
  clockContract(() => ({ clock: systemClock, pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }));

  it('does not keep a process alive by sleeping', async () => {
    const file = path.resolve(import.meta.dirname, '../../shared/adapters/embedded/clock.ts');
    const code = `import { systemClock } from ${JSON.stringify(file)}; systemClock.sleep(60_000);`;
    const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 15_000,
    });
    expect(stderr).not.toContain('Error');
  });
});

describe('the clock that tests move', () => {
  clockContract(() => {
    const clock = createManualClock();
    return { clock, pass: (ms) => clock.advance(ms) };
  });
});
