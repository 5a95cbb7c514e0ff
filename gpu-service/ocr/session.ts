import * as ort from 'onnxruntime-node';

/**
 * One model on one thread. Shapes vary from page to page: with onnxruntime's arena and memory patterns each new shape keeps
 * its buffers for good, so both are off. Made once and kept: making and releasing sessions leaks (onnxruntime #25325).
 */
export class Session {
  readonly #inner: ort.InferenceSession;
  readonly #input: string;
  readonly #output: string;

  private constructor(inner: ort.InferenceSession) {
    this.#inner = inner;
    this.#input = inner.inputNames[0] ?? 'x';
    this.#output = inner.outputNames[0] ?? '';
  }

  static async open(file: string): Promise<Session> {
    return new Session(
      await ort.InferenceSession.create(file, {
        executionProviders: ['cpu'],
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        enableCpuMemArena: false,
        enableMemPattern: false,
        logSeverityLevel: 3,
        extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
      }),
    );
  }

  async run(data: Float32Array, dims: readonly number[]): Promise<{ data: Float32Array; dims: readonly number[] }> {
    const outputs = await this.#inner.run({ [this.#input]: new ort.Tensor('float32', data, dims) });
    const output = outputs[this.#output];
    if (output === undefined || !(output.data instanceof Float32Array))
      throw new TypeError(`The model's output ${this.#output} is not an array of floats.`);
    return { data: output.data, dims: output.dims };
  }
}
