import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { stepStateSchema } from '../../shared/domain/run.ts';
import type { RunView } from '../../shared/usecases/runs/view.ts';
import { describe as inWords, ProgressView } from './progress-view.ts';

type StepView = RunView['steps'][number];

function step(id: string, over: Partial<StepView>): StepView {
  const { output: _output, ...state } = stepStateSchema.parse({
    status: 'pending',
    attempt: 1,
    startedAt: null,
    endedAt: null,
    output: null,
    error: null,
    attempts: [],
    parts: null,
    partial: false,
  });
  return { id, kind: id, needs: [], advisory: false, ...state, ...over };
}

function run(status: RunView['status'], steps: StepView[]): RunView {
  return {
    id: 'run_1',
    workflow: { id: 'process-document', version: 1 },
    status,
    priority: 5,
    documentId: null,
    batchId: null,
    error: null,
    cancelRequestedAt: null,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    revision: 1,
    origin: { kind: 'api', requestId: null, by: null },
    steps,
  };
}

test('a running step is told with how many of its parts are done and which try it is', () => {
  const parts = { total: 4, succeeded: 3, failed: 0 };
  const reading = run('running', [step('convert', { status: 'succeeded' }), step('ocr', { status: 'running', parts })]);
  expect(inWords(reading)).toBe('reading pages 3 of 4');
  expect(
    inWords(
      run('running', [
        step('convert', {
          status: 'running',
          attempt: 2,
          attempts: [{ number: 1, startedAt: 0, endedAt: 1, error: null }],
        }),
      ]),
    ),
  ).toBe('converting, try 2');
});

test('an ended run is told by its status', () => {
  expect(inWords(run('partial', []))).toBe('partial');
  expect(inWords(run('queued', []))).toBe('waiting');
});

test('what is no terminal gets one line for each change and no control characters', () => {
  let printed = '';
  const view = new ProgressView({ write: (text: string) => (printed += text) }, ['a.pdf', 'bb.docx']);
  view.update('a.pdf', 'converting');
  view.update('a.pdf', 'converting');
  view.update('bb.docx', 'failed');
  expect(printed).toBe('  a.pdf    converting\n  bb.docx  failed\n');
});

test('a terminal is redrawn in place, no line wider than it', () => {
  const writes: string[] = [];
  const view = new ProgressView({ write: (text: string) => writes.push(text), isTTY: true, columns: 24 }, [
    'a.pdf',
    'b.pdf',
  ]);
  view.update('b.pdf', 'reading pages 100 of 2000, try 2');
  expect(writes).toHaveLength(2);
  expect(writes[1]?.startsWith('\u001b[2A\u001b[2K')).toBe(true);
  for (const line of writes[1]?.split('\n') ?? [])
    expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(24);
});
