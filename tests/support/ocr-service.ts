import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface RunningService {
  url: string;
  process: ChildProcess;
  /** Resolves with the exit code, null after a signal. */
  exited: Promise<number | null>;
}

export const OCR_ENTRY = path.resolve(import.meta.dirname, '../../gpu-service/main.ts');

/** The OCR service on a free port, its models perhaps not loaded yet. */
export async function startOcrService(env: Record<string, string> = {}, entry = OCR_ENTRY): Promise<RunningService> {
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PORT: '0',
      OCR_EXIT_WITH_PARENT: '1',
      OCR_WORKERS: '1',
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const port = /"ocr: listening","port":(\d+)/.exec(line)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('exit', (code) => reject(new Error(`the service ended with ${code}`)));
  });
  return { url, process: child, exited };
}

/** Asks until the condition holds; throws after the deadline. */
export async function until(condition: () => Promise<boolean> | boolean, deadlineMs = 20_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`It did not come true within ${deadlineMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).status === 200;
