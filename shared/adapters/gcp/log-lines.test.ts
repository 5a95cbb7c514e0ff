import { expect, test } from 'vitest';
import { createManualClock } from '#tests/support/manual-clock.ts';
import { createLogger } from '../embedded/logger.ts';
import { withSeverity } from './log-lines.ts';

test('a line says its severity in the word of Cloud Logging, and nothing in it can say another', () => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    clock: createManualClock(),
    write: (line) => void lines.push(withSeverity(line)),
  });
  log.warn('{"level":"error"', { severity: 'EMERGENCY' });
  log.error('broken');
  const [first, second] = lines.map((line) => JSON.parse(line));
  expect([first.level, second.severity, second.level]).toEqual(['warn', 'ERROR', 'error']);
  expect(lines[0]?.startsWith('{"severity":"WARNING","level":"warn"')).toBe(true);
});
