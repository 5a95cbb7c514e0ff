import { styleText } from 'node:util';
import type { RunView } from '../../shared/usecases/runs/view.ts';

/** Where the first run writes: a terminal is redrawn, anything else gets a line for each change. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
}

const DOING: Readonly<Record<string, string>> = {
  convert: 'converting',
  ocr: 'reading pages',
  extract: 'finding fields',
  redact: 'redacting',
  index: 'indexing',
  reuse: 'reusing results',
};

/** What a run does now, in a few words. */
export function describe(run: RunView): string {
  if (run.status === 'queued') return 'waiting';
  if (run.status !== 'running') return run.status;
  const step =
    run.steps.find(({ status }) => status === 'running') ?? run.steps.find(({ status }) => status === 'queued');
  if (step === undefined) return 'running';
  const doing = DOING[step.id] ?? step.id;
  const parts = step.parts !== null && step.parts.total > 1 ? ` ${step.parts.succeeded} of ${step.parts.total}` : '';
  return `${doing}${parts}${step.attempts.length > 0 ? `, try ${step.attempts.length + 1}` : ''}`;
}

/** One line a file, in the order of the files. */
export class ProgressView {
  readonly #out: Output;
  readonly #lines: Map<string, string>;
  readonly #width: number;
  #drawn = false;

  constructor(out: Output, files: readonly string[]) {
    this.#out = out;
    this.#lines = new Map(files.map((file) => [file, 'waiting']));
    this.#width = Math.max(...files.map((file) => file.length)) + 2;
    if (out.isTTY === true) this.#redraw();
  }

  update(file: string, state: string): void {
    if (this.#lines.get(file) === state) return;
    this.#lines.set(file, state);
    if (this.#out.isTTY === true) this.#redraw();
    else this.#out.write(`${this.#line(file, state)}\n`);
  }

  #line(file: string, state: string): string {
    return `  ${file.padEnd(this.#width)}${state}`.slice(0, Math.max(20, (this.#out.columns ?? 200) - 1));
  }

  #redraw(): void {
    const up = this.#drawn ? `\u001b[${this.#lines.size}A` : '';
    const lines = [...this.#lines].map(([file, state]) => `\u001b[2K${colour(state, this.#line(file, state))}\n`);
    this.#out.write(up + lines.join(''));
    this.#drawn = true;
  }
}

export function colour(state: string, text: string): string {
  if (state === 'succeeded' || state === 'ready') return styleText('green', text, { validateStream: false });
  if (state === 'partial') return styleText('yellow', text, { validateStream: false });
  if (state === 'failed' || state === 'cancelled') return styleText('red', text, { validateStream: false });
  return text;
}
