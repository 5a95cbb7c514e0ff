import * as ort from 'onnxruntime-node';

/** Where models run. All but `cpu` need a GPU; CUDA and TensorRT need libraries besides, which the npm package does not bring. */
export type Provider = 'cpu' | 'cuda' | 'tensorrt' | 'webgpu';

export interface SessionSettings {
  provider: Provider;
}

let settings: SessionSettings = { provider: 'cpu' };

/** For all sessions that this thread opens from now on. */
export function configureSessions(wanted: SessionSettings): void {
  settings = wanted;
}

/** Where this thread's sessions run. */
export const currentProvider = (): Provider => settings.provider;

interface Shared {
  inner: Promise<ort.InferenceSession>;
  users: number;
}

/** Of this thread, by file: readers that have a model in common share its session. */
const open = new Map<string, Shared>();

/**
 * One model on one thread. Shapes vary from page to page: with onnxruntime's arena and memory patterns each new shape keeps
 * its buffers for good, so both are off. Made once and kept: making and releasing sessions leaks (onnxruntime #25325).
 */
export class Session {
  readonly #file: string;
  readonly #inner: ort.InferenceSession;
  readonly #input: string;
  readonly #output: string;

  private constructor(file: string, inner: ort.InferenceSession) {
    this.#file = file;
    this.#inner = inner;
    this.#input = inner.inputNames[0] ?? 'x';
    this.#output = inner.outputNames[0] ?? '';
  }

  static async open(file: string): Promise<Session> {
    let shared = open.get(file);
    if (shared === undefined) {
      shared = { inner: ort.InferenceSession.create(file, optionsFor(settings.provider)), users: 0 };
      open.set(file, shared);
    }
    shared.users++;
    try {
      return new Session(file, await shared.inner);
    } catch (error) {
      open.delete(file);
      throw error;
    }
  }

  async run(data: Float32Array, dims: readonly number[]): Promise<{ data: Float32Array; dims: readonly number[] }> {
    const outputs = await this.#inner.run({ [this.#input]: new ort.Tensor('float32', data, dims) });
    const output = outputs[this.#output];
    if (output === undefined || !(output.data instanceof Float32Array))
      throw new TypeError(`The model's output ${this.#output} is not an array of floats.`);
    return { data: output.data, dims: output.dims };
  }

  /** Gives the memory back once nobody else has the model open. Call once, with no run under way. */
  async close(): Promise<void> {
    const shared = open.get(this.#file);
    if (shared === undefined || --shared.users > 0) return;
    open.delete(this.#file);
    await this.#inner.release();
  }
}

function optionsFor(provider: Provider): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  };
}
