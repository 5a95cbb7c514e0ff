import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Provider } from '../ocr/session.ts';

export interface HardwareFacts {
  /** Whole cores this process may use: affinity and control group considered. */
  cores: number;
  /** Of the machine or the control group, whichever is less. */
  memoryMb: number;
  /** The CPU multiplies and adds bytes in one instruction (AVX-512 VNNI, AVX-VNNI or Arm's dot product). */
  vnni: boolean;
  gpus: readonly { name: string; memoryMb: number }[];
  /** Providers besides the CPU whose libraries are installed beside onnxruntime. */
  libraries: readonly Provider[];
}

/** Reads a text file; null when there is none. */
export type ReadText = (file: string) => string | null;
/** Runs a command and gives its output; null when it cannot be run. */
export type RunCommand = (command: string, args: readonly string[]) => Promise<string | null>;

/** What the machine has to offer. */
export async function readHardware(read: ReadText = readText, run: RunCommand = runCommand): Promise<HardwareFacts> {
  return {
    cores: Math.max(1, Math.min(availableParallelism(), Math.ceil(cpuQuota(read) ?? Number.POSITIVE_INFINITY))),
    memoryMb: Math.floor(Math.min(totalmem(), memoryLimit(read) ?? Number.POSITIVE_INFINITY) / 2 ** 20),
    vnni: /\b(avx512_?vnni|avx_vnni|asimddp)\b/.test(read('/proc/cpuinfo') ?? ''),
    gpus: await findGpus(read, run),
    libraries: installedLibraries(),
  };
}

/** Cores by the control group, of version 2 or 1; null: not limited. */
export function cpuQuota(read: ReadText): number | null {
  const [quota, period] = read('/sys/fs/cgroup/cpu.max')?.trim().split(' ') ?? [
    read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')?.trim(),
    read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')?.trim(),
  ];
  const cores = Number(quota) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : null;
}

/** Bytes by the control group, of version 2 or 1; null: not limited. */
export function memoryLimit(read: ReadText): number | null {
  const text = read('/sys/fs/cgroup/memory.max') ?? read('/sys/fs/cgroup/memory/memory.limit_in_bytes');
  const bytes = Number(text?.trim());
  return Number.isFinite(bytes) && bytes > 0 ? bytes : null;
}

/** By `nvidia-smi`; where that is missing, by the driver's own files, which do not tell the memory (0). */
export async function findGpus(read: ReadText, run: RunCommand): Promise<HardwareFacts['gpus']> {
  const told = await run('nvidia-smi', ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']);
  const rows = (told ?? '').split('\n').flatMap((line) => {
    const [name, memory] = line.split(',').map((part) => part.trim());
    return name !== undefined && Number(memory) > 0 ? [{ name, memoryMb: Number(memory) }] : [];
  });
  if (rows.length > 0 || read('/proc/driver/nvidia/version') === null) return rows;
  return foldersIn('/proc/driver/nvidia/gpus').map((id) => ({
    name: /Model:\s*(.+)/.exec(read(`/proc/driver/nvidia/gpus/${id}/information`) ?? '')?.[1] ?? 'NVIDIA GPU',
    memoryMb: 0,
  }));
}

/** onnxruntime lists `cuda` and `tensorrt` as not bundled wherever they could be: whether they are there, their files tell. */
function installedLibraries(): Provider[] {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node');
  const folder = path.resolve(path.dirname(entry), '../bin/napi-v6', process.platform, process.arch);
  const has = (name: string): boolean => existsSync(path.join(folder, `libonnxruntime_providers_${name}.so`));
  return (['cuda', 'tensorrt'] as const).filter(has);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Absent on this kind of machine: told as such.
    return null;
  }
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function runCommand(command: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await promisify(execFile)(command, [...args], { timeout: 5000 })).stdout;
  } catch {
    // Not installed: there is no such hardware to ask about.
    return null;
  }
}
