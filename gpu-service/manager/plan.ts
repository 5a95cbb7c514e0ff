import type { Precision } from '../ocr/model-list.ts';
import type { Provider } from '../ocr/session.ts';
import type { HardwareFacts } from './hardware.ts';

/** What the environment asks for; null and `auto`: as the hardware suggests. */
export interface Wishes {
  provider: Provider | 'auto';
  precision: 'auto' | Precision;
  workers: number | null;
  batchPages: number | null;
  batchWaitMs: number | null;
  modelMemoryMb: number | null;
}

export interface Plan {
  provider: Provider;
  precision: Precision;
  workers: number;
  batchPages: number;
  batchWaitMs: number;
  modelMemoryMb: number;
}

/** A thread with its models and a large page under way. */
const WORKER_MB = 500;
const PROCESS_MB = 250;
const MAX_CPU_WORKERS = 16;
/** Enough to decode pages while the GPU reads others; each has its own copy of the models on it. */
const MAX_GPU_WORKERS = 4;
const GPU_BATCH = { batchPages: 16, batchWaitMs: 5 };
/** On a CPU a batch gains nothing (0.32 to 0.38 s a page with 1, 2, 4 or 8), and its first page waits for its last. */
const CPU_BATCH = { batchPages: 1, batchWaitMs: 0 };

/**
 * How to run on this machine. TensorRT builds an engine for each shape, for minutes, and WebGPU is young: neither is chosen
 * unless asked for. int8 pays where the CPU multiplies bytes (VNNI); without, it is slower than float. fp16 is for GPUs, and
 * has not run on one: only when asked for.
 */
export function choosePlan(facts: HardwareFacts, wishes: Wishes): Plan {
  const provider = wishes.provider === 'auto' ? bestProvider(facts) : wishes.provider;
  const onGpu = provider !== 'cpu';
  const fitting = Math.max(1, Math.floor((facts.memoryMb - PROCESS_MB) / WORKER_MB));
  const workers = wishes.workers ?? Math.min(facts.cores, fitting, onGpu ? MAX_GPU_WORKERS : MAX_CPU_WORKERS);
  const gpuMb = facts.gpus[0]?.memoryMb || facts.memoryMb;
  const batch = onGpu ? GPU_BATCH : CPU_BATCH;
  return {
    provider,
    precision: wishes.precision === 'auto' ? (!onGpu && facts.vnni ? 'int8' : 'fp32') : wishes.precision,
    workers,
    batchPages: wishes.batchPages ?? batch.batchPages,
    batchWaitMs: wishes.batchWaitMs ?? batch.batchWaitMs,
    modelMemoryMb: wishes.modelMemoryMb ?? Math.floor((onGpu ? gpuMb : facts.memoryMb) * 0.6),
  };
}

const bestProvider = (facts: HardwareFacts): Provider =>
  facts.gpus.length > 0 && facts.libraries.includes('cuda') ? 'cuda' : 'cpu';
