import { describe, expect, it } from 'vitest';
import { RectoError } from '../../shared/domain/errors.ts';
import { READER_IDS, type ReaderId, readerFiles } from '../ocr/models.ts';
import { ModelManager } from './model-manager.ts';

/** A pool that only says what it was told. */
function fixture(budgetMb: number, options: { workers?: number; broken?: ReaderId } = {}) {
  const told: string[] = [];
  const manager = new ModelManager({
    pool: {
      workers: options.workers ?? 1,
      load: async (reader) => void told.push(`+${reader}`),
      unload: (reader) => void told.push(`-${reader}`),
    },
    files: async (id) => {
      if (id === options.broken) throw new RectoError('model_damaged', 'another file');
      return readerFiles(id);
    },
    budgetMb,
    defaultReader: 'ppocr-v6-tiny',
    log: () => undefined,
  });
  const stateOf = (id: ReaderId) => manager.list().find((one) => one.id === id)?.state;
  const sizeOf = (id: ReaderId) => manager.list().find((one) => one.id === id)?.memoryMb ?? 0;
  return { manager, told, stateOf, sizeOf };
}

describe('the model manager', () => {
  it('loads what is asked for, once, however many ask', async () => {
    const { manager, told, stateOf } = fixture(10_000);
    expect(READER_IDS.map(stateOf)).toEqual(READER_IDS.map(() => 'absent'));
    const versions = await Promise.all([1, 2, 3].map(() => manager.use('en', async (version) => version)));
    expect(told).toEqual(['+en']);
    expect(new Set(versions)).toEqual(new Set(['ch_PP-OCRv4_det+en_PP-OCRv3_rec']));
    expect(stateOf('en')).toBe('loaded');
  });

  it('makes room by unloading what was not used for the longest time, never the default', async () => {
    const { sizeOf } = fixture(0);
    const { manager, told } = fixture(sizeOf('ppocr-v6-tiny') + sizeOf('en') + sizeOf('ch') - 300);
    await manager.load('ppocr-v6-tiny');
    await manager.load('en');
    await manager.load('ch');
    await manager.use('en', async () => undefined);
    await manager.load('en-v4');
    expect(told).toEqual(['+ppocr-v6-tiny', '+en', '+ch', '-ch', '+en-v4']);
  });

  it('counts models that readers share once, and every thread', async () => {
    const { manager, sizeOf } = fixture(10_000, { workers: 2 });
    await manager.load('ppocr-v6-tiny');
    await manager.load('ppocr-v6');
    expect(manager.memoryMb).toBe(sizeOf('ppocr-v6'));
    expect(fixture(0).sizeOf('ppocr-v6') * 2).toBe(sizeOf('ppocr-v6'));
  });

  it('never unloads what is in use: who asks for more is told to come again', async () => {
    const { sizeOf } = fixture(0);
    const { manager, told } = fixture(sizeOf('ppocr-v6-tiny') + sizeOf('en'));
    await manager.load('ppocr-v6-tiny');
    const done = Promise.withResolvers<void>();
    const using = manager.use('en', () => done.promise);
    await expect(manager.load('ch')).rejects.toMatchObject({ code: 'overloaded', retryAfter: 2 });
    await expect(manager.unload('en')).rejects.toMatchObject({ code: 'conflict' });
    done.resolve();
    await using;
    await manager.unload('en');
    expect(told.at(-1)).toBe('-en');
  });

  it('says of what never fits how much there is', async () => {
    const { sizeOf } = fixture(0);
    const { manager } = fixture(sizeOf('ppocr-v6-tiny') + 10);
    await manager.load('ppocr-v6-tiny');
    await expect(manager.load('ch')).rejects.toMatchObject({
      code: 'limit_exceeded',
      message: expect.stringContaining('OCR_MODEL_MEMORY_MB'),
    });
  });

  it('switches the default once the other is loaded, and keeps it when that fails', async () => {
    const { manager } = fixture(10_000, { broken: 'ch' });
    await manager.load('ppocr-v6-tiny');
    expect(manager.ready).toBe(true);
    await expect(manager.setDefault('ch')).rejects.toMatchObject({ code: 'model_damaged' });
    expect([manager.defaultReader, manager.ready]).toEqual(['ppocr-v6-tiny', true]);
    await manager.setDefault('en');
    expect(manager.defaultReader).toBe('en');
    await expect(manager.unload('en')).rejects.toMatchObject({ code: 'conflict' });
    await manager.unload('ppocr-v6-tiny');
  });
});
