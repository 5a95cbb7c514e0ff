import * as ort from 'onnxruntime-node';

export interface Sample {
  /** NCHW. */
  dims: number[];
  data: Float32Array;
}

export interface Runner {
  run(sample: Sample): Promise<ReadonlyMap<string, Sample>>;
  release(): Promise<void>;
}

/** A model on one thread, with the settings that the service has. */
export async function openModel(model: Uint8Array): Promise<Runner> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const input = session.inputNames[0] ?? '';
  return {
    async run(sample) {
      const outputs = await session.run({ [input]: new ort.Tensor('float32', sample.data, sample.dims) });
      const found = new Map<string, Sample>();
      for (const [name, value] of Object.entries(outputs))
        if (value.data instanceof Float32Array) found.set(name, { dims: [...value.dims], data: value.data });
      return found;
    },
    release: () => session.release(),
  };
}
