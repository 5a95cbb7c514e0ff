import { type ChildProcess, fork } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import type { Logger } from '#shared/ports/logger.ts';
import type { LendMessage, Lent } from './ocr-lease.ts';
import { type WorkerStart, workerMessageSchema } from './step-worker-protocol.ts';

const MAX_BACKOFF_MS = 5000;

export interface StepWorkerProcess {
  /** Where its push endpoints are; null while it is starting. */
  url(): string | null;
  /** SIGTERM (it hands its leases back), SIGKILL after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Runs the steps in a process of their own, as the cloud does: a step that computes never delays an API answer, and one that
 * brings its process down is started again. `onExit` hears which one has ended.
 */
export function startStepWorker(params: {
  start: Omit<WorkerStart, 'instance'>;
  log: Logger;
  /** There is, or may now be, work to dispatch. */
  onKick: () => void;
  onExit: (instance: string) => void;
  /** Lends the OCR service of this process to the one that was started. Null: it runs elsewhere. */
  lend: ((tell: (message: LendMessage) => void) => Lent) | null;
}): StepWorkerProcess {
  const { log } = params;
  let child: ChildProcess | null = null;
  let url: string | null = null;
  let stopping = false;
  let failures = 0;
  let retry: NodeJS.Timeout | null = null;

  function launch(): void {
    const instance = crypto.randomUUID();
    const started = fork(path.join(import.meta.dirname, 'step-worker.ts'), [], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child = started;
    const bornAt = performance.now();
    const lent = params.lend?.((message) => {
      if (started.connected) started.send(message);
    });
    started.once('spawn', () => {
      // Below the API: on a busy machine people are answered first.
      if (started.pid !== undefined) os.setPriority(started.pid, 15);
      started.send({ ...params.start, instance } satisfies WorkerStart);
    });
    started.on('message', (message) => {
      const said = workerMessageSchema.safeParse(message);
      if (!said.success) return;
      if (said.data.type === 'ocr-use' || said.data.type === 'ocr-done') {
        lent?.hear(said.data);
        return;
      }
      if (said.data.type === 'ready') url = said.data.url;
      params.onKick();
    });
    started.on('error', (error) => log.error('step worker', { error }));
    started.once('exit', (code, signal) => {
      url = null;
      lent?.gone();
      params.onExit(instance);
      if (stopping) return;
      failures = performance.now() - bornAt > 10_000 ? 0 : failures + 1;
      const delay = Math.min(MAX_BACKOFF_MS, 50 * 2 ** failures);
      log.error('step worker ended; it is started again', { code, signal, delay });
      retry = setTimeout(launch, delay);
    });
  }
  launch();

  return {
    url: () => url,
    stop: async (graceMs = 10_000) => {
      stopping = true;
      if (retry !== null) clearTimeout(retry);
      const running = child;
      if (running === null || running.exitCode !== null || running.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
      running.kill('SIGTERM');
      const timer = setTimeout(() => running.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
