import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ERROR_CODES, type ErrorCode, type ErrorOptions, RectoError } from '../../../../domain/errors.ts';
import type { Logger } from '../../../../ports/logger.ts';
import type { PoolWorker } from '../bounded-pool.ts';
import type { Isolation } from '../isolation.ts';
import { bareEnvironment, killGroup, residentBytes, startGroup } from '../process-group.ts';
import { slowStart } from '../slow-start.ts';
import { removeTree } from '../temp-dir.ts';
import type { OfficeInstall } from './locate.ts';
import { writeProfile } from './profile.ts';

const BRIDGE = fileURLToPath(new URL('./bridge.py', import.meta.url));
const START_MS = 60_000;
const MAX_CONVERSIONS = 50;
const MAX_ADDRESS_SPACE = 8 * 1024 ** 3;
const MAX_RESIDENT = 2 * 1024 ** 3;
const MAX_FILE = 2 * 1024 ** 3;

export interface OfficeTask {
  input: string;
  output: string;
  importFilter: string | null;
  filterOptions: string | null;
  password: string | null;
  maxPages: number;
}

interface Answer {
  ready?: boolean;
  pid?: number;
  sockets?: string[];
  version?: string;
  id?: number;
  ok?: boolean;
  rows?: number | null;
  warnings?: string[];
  code?: string;
  message?: string;
  details?: Record<string, unknown>;
}

const isCode = (code: string | undefined): code is ErrorCode => code !== undefined && Object.hasOwn(ERROR_CODES, code);

/** One warm Office process with its bridge, profile folder and process group; one conversion at a time. */
export class OfficeClient implements PoolWorker {
  readonly #child: ChildProcess;
  readonly #home: string;
  readonly #maxResident: number;
  #pending: { resolve: (answer: Answer) => void; reject: (error: unknown) => void } | null = null;
  #officePid: number | null = null;
  #sockets: string[] = [];
  #conversions = 0;
  #usable = true;
  readonly #exit: Promise<void>;

  private constructor(child: ChildProcess, home: string, log: Logger, maxResident: number) {
    this.#child = child;
    this.#home = home;
    this.#maxResident = maxResident;
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        killGroup(child);
        this.#fail(crashed(`it ended with ${signal ?? `code ${code}`}`));
        resolve();
      });
    });
    child.on('error', (error) => this.#fail(crashed(error.message)));
    child.stdin?.on('error', (error) => this.#fail(crashed(error.message)));
    child.stderr?.on('data', (data: Buffer) => log.debug('office bridge', { output: data.toString().slice(0, 2_000) }));
    if (child.stdout !== null)
      createInterface({ input: child.stdout }).on('line', (line) => {
        const pending = this.#pending;
        this.#pending = null;
        pending?.resolve(JSON.parse(line) as Answer);
      });
  }

  static async start(params: {
    dir: string;
    install: OfficeInstall;
    isolation: Isolation;
    log: Logger;
    /** Bytes that the Office process may hold in memory. Default 2 GiB. */
    maxResident?: number | undefined;
  }): Promise<OfficeClient> {
    const { install, isolation } = params;
    const id = randomUUID().slice(0, 8);
    const home = path.join(params.dir, `office-${id}`);
    const profile = path.join(home, 'profile');
    await mkdir(home, { mode: 0o700 });
    await writeProfile(profile);
    const limits = isolation.limits ? ['prlimit', '--core=0', `--as=${MAX_ADDRESS_SPACE}`, `--fsize=${MAX_FILE}`] : [];
    const child = startGroup({
      command: [
        ...isolation.network,
        ...limits,
        install.python,
        '-I',
        BRIDGE,
        install.program,
        profile,
        `recto-${id}`,
        home,
      ],
      cwd: home,
      env: { ...bareEnvironment(home), SAL_USE_VCLPLUGIN: 'svp', SAL_DISABLE_OPENCL: '1', SAL_NO_MOUSEGRABS: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const client = new OfficeClient(child, home, params.log, params.maxResident ?? MAX_RESIDENT);
    try {
      const hello = await client.#exchange(START_MS, null, slowStart('Office', START_MS));
      client.#officePid = hello.pid ?? null;
      client.#sockets = hello.sockets ?? [];
      if (hello.ready !== true) throw crashed(hello.message ?? 'it did not start');
    } catch (error) {
      await client.close();
      throw error;
    }
    child.unref();
    return client;
  }

  get usable(): boolean {
    return this.#usable && this.#conversions < MAX_CONVERSIONS;
  }

  /** The Office process itself; null before it runs. */
  get officePid(): number | null {
    return this.#officePid;
  }

  /**
   * One document. After any failure but a plain refusal the process is not used again. Errors: what the bridge says,
   * `conversion_timeout`, `conversion_crashed`, the signal's reason.
   */
  async convert(
    task: OfficeTask,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<{ rows: number | null; warnings: string[] }> {
    signal?.throwIfAborted();
    this.#conversions++;
    const late = new RectoError(
      'conversion_timeout',
      `The conversion was stopped after ${timeoutMs} ms. Split the document or simplify it.`,
      { details: { timeoutMs } },
    );
    const exchange = this.#exchange(timeoutMs, signal ?? null, late);
    this.#child.stdin?.write(`${JSON.stringify({ id: this.#conversions, ...task })}\n`);
    const answer = await exchange;
    if (answer.ok === true) return { rows: answer.rows ?? null, warnings: answer.warnings ?? [] };
    const code = isCode(answer.code) ? answer.code : 'conversion_failed';
    // A wrong password or a page limit says nothing against the process; everything else may have left traces in it.
    if (!['password_wrong', 'password_required', 'too_many_pages', 'limit_exceeded'].includes(code))
      this.#usable = false;
    throw new RectoError(code, answer.message ?? 'Office could not convert the document.', {
      details: answer.details ?? {},
    });
  }

  async close(): Promise<void> {
    this.#usable = false;
    this.#child.ref();
    killGroup(this.#child);
    if (this.#child.pid !== undefined) await this.#exit;
    await Promise.all([this.#home, ...this.#sockets].map(removeTree));
  }

  async #exchange(timeoutMs: number, signal: AbortSignal | null, late: RectoError): Promise<Answer> {
    const stop = (error: unknown): void => {
      this.#fail(error);
      killGroup(this.#child);
    };
    const timer = setTimeout(() => stop(late), timeoutMs);
    const watch = setInterval(() => void this.#checkMemory(stop), 250);
    const onAbort = (): void => stop(signal?.reason);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Answer>((resolve, reject) => {
        if (!this.#usable) reject(crashed('it had ended'));
        this.#pending = { resolve, reject };
      });
    } finally {
      clearTimeout(timer);
      clearInterval(watch);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #checkMemory(stop: (error: unknown) => void): Promise<void> {
    const resident = this.#officePid === null ? null : await residentBytes(this.#officePid);
    // Its own doing, and it would do it again: that counts as a try like any other.
    if (resident !== null && resident > this.#maxResident)
      stop(crashed(`it used more than ${this.#maxResident} bytes of memory`, { class: 'transient' }));
  }

  #fail(error: unknown): void {
    const pending = this.#pending;
    this.#pending = null;
    this.#usable = false;
    pending?.reject(error);
  }
}

const crashed = (why: string, options: ErrorOptions = {}): RectoError =>
  new RectoError(
    'conversion_crashed',
    `The Office process was ended: ${why}. The document is damaged or built to do harm; other documents are not affected.`,
    options,
  );
