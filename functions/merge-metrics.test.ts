import { expect, test } from 'vitest';
import { mergeMetrics } from './merge-metrics.ts';

const exposition = (value: number) =>
  `# HELP recto_steps_total steps\n# TYPE recto_steps_total counter\nrecto_steps_total{kind="ocr"} ${value}\n\n# HELP up up\n# TYPE up gauge\nup 1\n`;

test('a family of two processes is declared once, its samples carry their process', () => {
  const merged = mergeMetrics([
    { process: 'front', text: exposition(1) },
    { process: 'steps', text: exposition(2) },
  ]);
  expect(merged.split('\n')).toEqual([
    '# HELP recto_steps_total steps',
    '# TYPE recto_steps_total counter',
    'recto_steps_total{process="front",kind="ocr"} 1',
    'recto_steps_total{process="steps",kind="ocr"} 2',
    '# HELP up up',
    '# TYPE up gauge',
    'up{process="front"} 1',
    'up{process="steps"} 1',
    '',
  ]);
});

test('a process that does not answer leaves the others as they are', () => {
  expect(
    mergeMetrics([
      { process: 'front', text: 'up 1\n' },
      { process: 'steps', text: '' },
    ]),
  ).not.toContain('steps');
});
