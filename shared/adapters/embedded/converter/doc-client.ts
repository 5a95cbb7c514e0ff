import type { ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorOptions, RectoError } from '../../../domain/errors.ts';
import type { ByteSource } from '../../../ports/converter.ts';
import type { Logger } from '../../../ports/logger.ts';
import type { PoolWorker } from './bounded-pool.ts';
import type { DocOp, DocOps, FromWorker, ToWorker } from './doc-protocol.ts';
import type { Isolation } from './isolation.ts';
import { bareEnvironment, killGroup, residentBytes, startGroup } from './process-group.ts';
import { slowStart } from './slow-start.ts';

const MAIN = fileURLToPath(new URL('./worker/main.ts', import.meta.url));
const START_MS = 30_000;
const MAX_CALLS = 2_000;
const MAX_RESIDENT = 1_600 * 1024 * 1024;
/** A worker that holds more than this between calls is replaced: WebAssembly memory never shrinks. */
const RETIRE_RESIDENT = 700 * 1024 * 1024;
const MAX_READ = 8 * 1024 * 1024;

interface Call {
  id: number;
  resolve: (result: DocOps[DocOp]['result']) => void;
  reject: (error: unknown) => void;
  source: ByteSource | null;
}

/** The platform's end of a document worker: a child process that parses what we do not trust. */
export class DocClient implements PoolWorker {
  readonly #child: ChildProcess;
  readonly #log: Logger;
  #call: Call | null = null;
  #calls = 0;
  #retired = false;
  #exited = false;
  readonly #exit: Promise<void>;

  private constructor(child: ChildProcess, log: Logger) {
    this.#child = child;
    this.#log = log;
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#exited = true;
        killGroup(child);
        this.#fail(crashed(`it ended with ${signal ?? `code ${code}`}`));
        resolve();
      });
    });
    child.on('error', (error) => this.#fail(crashed(error.message)));
    child.stderr?.on('data', (data: Buffer) =>
      log.debug('document worker', { output: data.toString().slice(0, 2_000) }),
    );
  }

  static async start(params: { dir: string; isolation: Isolation; log: Logger }): Promise<DocClient> {
    const { isolation } = params;
    const canvas = path.dirname(createRequire(import.meta.url).resolve('@napi-rs/canvas/package.json'));
    const child = startGroup({
      command: [
        ...isolation.network,
        ...isolation.parentDeath,
        process.execPath,
        '--max-old-space-size=768',
        '--disable-warning=ExperimentalWarning',
        '--disable-warning=SecurityWarning',
        '--permission',
        '--allow-addons',
        '--allow-fs-read=*',
        `--allow-fs-write=${params.dir}`,
        MAIN,
      ],
      cwd: params.dir,
      env: { ...bareEnvironment(params.dir), RECTO_CANVAS: canvas },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const client = new DocClient(child, params.log);
    await client.#ready();
    return client;
  }

  get usable(): boolean {
    return !this.#exited && !this.#retired && this.#child.connected;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * One operation. Errors: what the operation gives; `conversion_timeout`, `conversion_crashed` when the process had to be
   * killed or died; the signal's reason. `source` serves the worker's ranged reads.
   */
  async call<K extends DocOp>(
    op: K,
    params: DocOps[K]['params'],
    options: { timeoutMs: number; signal?: AbortSignal | undefined; source?: ByteSource },
  ): Promise<DocOps[K]['result']> {
    options.signal?.throwIfAborted();
    const id = ++this.#calls;
    const result = new Promise<DocOps[DocOp]['result']>((resolve, reject) => {
      this.#call = { id, resolve, reject, source: options.source ?? null };
    });
    const stop = (error: unknown): void => {
      this.#fail(error);
      killGroup(this.#child);
    };
    const timer = setTimeout(
      () =>
        stop(
          new RectoError(
            'conversion_timeout',
            `Reading the file took longer than ${options.timeoutMs} ms and was stopped.`,
            {
              details: { timeoutMs: options.timeoutMs },
            },
          ),
        ),
      options.timeoutMs,
    );
    const watch = setInterval(() => void this.#checkMemory(stop), 250);
    const onAbort = (): void => stop(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.#send({ kind: 'call', id, op, params } as ToWorker);
      return (await result) as DocOps[K]['result'];
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      options.signal?.removeEventListener('abort', onAbort);
      this.#call = null;
      const resident = this.#child.pid === undefined ? null : await residentBytes(this.#child.pid);
      if (this.#calls >= MAX_CALLS || (resident ?? 0) > RETIRE_RESIDENT) this.#retired = true;
    }
  }

  async close(): Promise<void> {
    this.#retired = true;
    this.#child.ref();
    killGroup(this.#child);
    await this.#exit;
  }

  async #ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        killGroup(this.#child);
        reject(slowStart('The process that reads files', START_MS));
      }, START_MS);
      this.#call = { id: 0, resolve: () => resolve(), reject, source: null };
      this.#child.on('message', (message: FromWorker) => {
        if (message.kind === 'ready') {
          clearTimeout(timer);
          this.#call = null;
          resolve();
        } else this.#receive(message);
      });
      this.#child.once('exit', () => clearTimeout(timer));
    });
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #receive(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    const call = this.#call;
    if (call === null || call.id !== message.id) return;
    if (message.kind === 'done') call.resolve(message.result);
    else if (message.kind === 'failed') {
      const { code, message: text, details } = message.error;
      call.reject(new RectoError(code, text, details === undefined ? {} : { details }));
    } else void this.#serveRead(call, message);
  }

  async #serveRead(call: Call, message: { read: number; start: number; end: number }): Promise<void> {
    try {
      if (call.source === null || message.end - message.start > MAX_READ)
        throw new RangeError('a read that is not allowed');
      const end = Math.min(message.end, call.source.size);
      const bytes = new Uint8Array(Math.max(0, end - message.start));
      let at = 0;
      if (bytes.length > 0)
        for await (const chunk of await call.source.open({ start: message.start, end })) {
          bytes.set(chunk.subarray(0, bytes.length - at), at);
          at += chunk.length;
          if (at >= bytes.length) break;
        }
      this.#send({ kind: 'bytes', read: message.read, bytes: bytes.subarray(0, Math.min(at, bytes.length)) });
    } catch (error) {
      // The call fails with the source's own error; the worker only learns that no bytes come.
      call.reject(error);
      this.#send({ kind: 'bytes', read: message.read, bytes: null });
    }
  }

  async #checkMemory(stop: (error: unknown) => void): Promise<void> {
    const resident = this.#child.pid === undefined ? null : await residentBytes(this.#child.pid);
    if (resident === null || resident <= MAX_RESIDENT) return;
    // Its own doing, and it would do it again: that counts as a try like any other.
    stop(crashed(`it used more than ${MAX_RESIDENT} bytes of memory`, { class: 'transient' }));
  }

  #send(message: ToWorker): void {
    if (!this.#child.connected) {
      this.#fail(crashed('it had ended'));
      return;
    }
    this.#child.send(message, (error) => {
      if (error !== null) this.#log.debug('document worker is gone', { error: error.message });
    });
  }

  #fail(error: unknown): void {
    const call = this.#call;
    this.#call = null;
    this.#retired = true;
    call?.reject(error);
  }
}

const crashed = (why: string, options: ErrorOptions = {}): RectoError =>
  new RectoError(
    'conversion_crashed',
    `The process that reads the file was ended: ${why}. The file is damaged or built to do harm; other files are not affected.`,
    options,
  );
