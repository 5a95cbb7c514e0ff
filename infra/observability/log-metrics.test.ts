import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { LOG_METRICS, type LogMetric } from './log-metrics.ts';

const root = path.resolve(import.meta.dirname, '../..');
const sources = (): string =>
  globSync(['shared/**/*.ts', 'functions/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('\n');

test('metrics count lines that the code writes, word for word', () => {
  const code = sources();
  const messages = Object.values<LogMetric>(LOG_METRICS).flatMap(({ message }) =>
    message === undefined ? [] : [message],
  );
  expect(messages.length).toBeGreaterThan(4);
  expect(messages.filter((message) => !code.includes(`'${message}'`))).toEqual([]);
});
