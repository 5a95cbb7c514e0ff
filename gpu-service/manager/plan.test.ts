import { describe, expect, it } from 'vitest';
import { cpuQuota, findGpus, type HardwareFacts, memoryLimit, readHardware } from './hardware.ts';
import { choosePlan, type Wishes } from './plan.ts';
import { settleProvider } from './provider.ts';

const AS_IT_COMES: Wishes = {
  provider: 'auto',
  precision: 'auto',
  workers: null,
  batchPages: null,
  batchWaitMs: null,
  modelMemoryMb: null,
};
/** Written to match: a small virtual machine, a large one without VNNI, a Cloud Run instance with an L4. */
const SMALL: HardwareFacts = { cores: 2, memoryMb: 24_105, vnni: true, gpus: [], libraries: [] };
const OLD: HardwareFacts = { cores: 32, memoryMb: 128_000, vnni: false, gpus: [], libraries: [] };
const L4: HardwareFacts = {
  cores: 4,
  memoryMb: 16_384,
  vnni: true,
  gpus: [{ name: 'NVIDIA L4', memoryMb: 23_034 }],
  libraries: ['cuda', 'tensorrt'],
};

describe('how to run', () => {
  it('on a small machine is a thread a core, in int8', () => {
    expect(choosePlan(SMALL, AS_IT_COMES)).toMatchObject({ provider: 'cpu', precision: 'int8', workers: 2 });
  });

  it('on a CPU that gains nothing from int8 is fp32, and sixteen threads are enough', () => {
    expect(choosePlan(OLD, AS_IT_COMES)).toMatchObject({
      precision: 'fp32',
      workers: 16,
      batchPages: 1,
      batchWaitMs: 0,
    });
  });

  it('with little memory is as many threads as it holds', () => {
    expect(choosePlan({ ...OLD, memoryMb: 1_400 }, AS_IT_COMES).workers).toBe(2);
    expect(choosePlan({ ...OLD, memoryMb: 300 }, AS_IT_COMES).workers).toBe(1);
  });

  it('with a GPU and its libraries is CUDA in batches; without the libraries it is the CPU', () => {
    expect(choosePlan(L4, AS_IT_COMES)).toEqual({
      provider: 'cuda',
      precision: 'fp32',
      workers: 4,
      batchPages: 16,
      batchWaitMs: 5,
      modelMemoryMb: 13_820,
    });
    expect(choosePlan({ ...L4, libraries: [] }, AS_IT_COMES).provider).toBe('cpu');
  });

  it('is what was asked for, each by itself', () => {
    const wishes: Wishes = {
      provider: 'tensorrt',
      precision: 'int8',
      workers: 3,
      batchPages: 7,
      batchWaitMs: 11,
      modelMemoryMb: 900,
    };
    expect(choosePlan(L4, wishes)).toEqual(wishes);
  });
});

describe('a provider that does not load', () => {
  const said: unknown[] = [];
  const log = (...line: unknown[]): void => void said.push(line);
  const broken = () => Promise.reject(new Error('libcudnn.so.9: cannot open shared object file'));

  it('is named in the log and the CPU does it, when nobody asked for it', async () => {
    const plan = await settleProvider(choosePlan(L4, AS_IT_COMES), AS_IT_COMES, L4, log, broken);
    expect(plan).toMatchObject({ provider: 'cpu', workers: 4, precision: 'int8' });
    expect(said).toEqual([
      ['error', expect.any(String), { provider: 'cuda', why: expect.stringContaining('libcudnn.so.9') }],
    ]);
  });

  it('stops the start when it was asked for by name', async () => {
    const wishes: Wishes = { ...AS_IT_COMES, provider: 'cuda' };
    await expect(settleProvider(choosePlan(L4, wishes), wishes, L4, log, broken)).rejects.toThrow(
      /OCR_PROVIDER=cuda does not load: libcudnn/,
    );
  });

  it('is found out with a model: this machine, without its libraries, has none', async () => {
    const wishes: Wishes = { ...AS_IT_COMES, provider: 'cuda' };
    const facts = await readHardware();
    if (facts.libraries.includes('cuda')) return;
    await expect(settleProvider(choosePlan(facts, wishes), wishes, facts, log)).rejects.toThrow(/Cuda/);
  });
});

describe('what the machine has', () => {
  const files = (of: Record<string, string>) => (file: string) => of[file] ?? null;
  const none = async () => null;

  it('is bounded by the control group, of either version', () => {
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': '150000 100000\n' }))).toBe(1.5);
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu.max': 'max 100000\n' }))).toBeNull();
    expect(
      cpuQuota(
        files({
          '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n',
          '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
        }),
      ),
    ).toBe(4);
    expect(cpuQuota(files({ '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }))).toBeNull();
    expect(memoryLimit(files({ '/sys/fs/cgroup/memory.max': '536870912\n' }))).toBe(536_870_912);
    expect(memoryLimit(files({ '/sys/fs/cgroup/memory.max': 'max\n' }))).toBeNull();
    expect(memoryLimit(files({}))).toBeNull();
  });

  it('has VNNI when its flags say so', async () => {
    const cpu = (flags: string) => readHardware(files({ '/proc/cpuinfo': `flags\t\t: fpu ${flags} vaes\n` }), none);
    expect((await cpu('avx512_vnni')).vnni).toBe(true);
    expect((await cpu('avx_vnni')).vnni).toBe(true);
    expect((await cpu('avx2')).vnni).toBe(false);
    expect((await cpu('avx2')).cores).toBeGreaterThan(0);
  });

  it('has the GPUs that nvidia-smi lists, or a driver without it', async () => {
    const listed = async () => 'NVIDIA L4, 23034\nNVIDIA L4, 23034\n';
    const gpu = { name: 'NVIDIA L4', memoryMb: 23_034 };
    expect(await findGpus(files({}), listed)).toEqual([gpu, gpu]);
    expect(await findGpus(files({}), none)).toEqual([]);
  });
});
