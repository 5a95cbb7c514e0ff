import { readFile, unlink } from 'node:fs/promises';
import path from 'node:path';
import { toRectoError } from '../../../domain/errors.ts';
import type { Converter, Limits, RenderedPage } from '../../../ports/converter.ts';
import { asStorageError, stage } from './staging.ts';
import { callDir, removeTree } from './temp-dir.ts';
import type { Workers } from './workers.ts';

export type PageOutcome = RenderedPage | { number: number; error: { code: string; message: string } };

/** Errors that are about the system or the call, not about one page: they end the whole call. */
const ABOUT_THE_CALL = new Set(['overloaded', 'storage_full', 'internal', 'password_required', 'password_wrong']);

async function renderOne(
  workers: Workers,
  params: {
    dir: string;
    file: string;
    number: number;
    dpi: number;
    limits: Limits;
    anyTextLayer: boolean;
    codes: boolean;
    signal: AbortSignal | undefined;
  },
): Promise<PageOutcome> {
  const { number, dpi, limits, signal } = params;
  const out = path.join(params.dir, `page-${number}.png`);
  try {
    const done = await workers.doc(
      'renderPage',
      {
        ...{ file: params.file, page: number, dpi, maxPixels: limits.maxPixels, out },
        ...{ anyTextLayer: params.anyTextLayer, codes: params.codes },
      },
      { timeoutMs: limits.timeoutMs, signal },
    );
    const png = await readFile(out);
    await unlink(out);
    const { width, height, dpi: used, textLayer, pictured, codes } = done;
    return {
      ...{ number, png, width, height, dpi: used, textLayer, pictured },
      ...(codes.length === 0 ? {} : { codes }),
    };
  } catch (error) {
    signal?.throwIfAborted();
    const known = toRectoError(asStorageError(error));
    if (ABOUT_THE_CALL.has(known.code)) throw error;
    return { number, error: { code: known.code, message: known.message } };
  }
}

/** Pages one by one, each in whatever worker is free; the next is under way while the consumer has the last. */
export async function* renderPages(
  workers: Workers,
  params: Parameters<Converter['renderPages']>[0],
): AsyncGenerator<PageOutcome, void, undefined> {
  const dir = await callDir(workers.dir);
  let ahead: Promise<PageOutcome> | null = null;
  try {
    const file = path.join(dir, 'in.pdf');
    await stage(params.pdf, file, params.signal);
    const render = (number: number): Promise<PageOutcome> => {
      const page = renderOne(workers, {
        ...params,
        dir,
        file,
        number,
        anyTextLayer: params.anyTextLayer ?? false,
        codes: params.codes ?? false,
        signal: params.signal,
      });
      // Its failure is thrown where it is awaited; without this it would count as unhandled until then.
      page.catch(() => undefined);
      return page;
    };
    for (let number = params.from; number <= params.to; number++) {
      const outcome: PageOutcome = await (ahead ?? render(number));
      ahead = number < params.to ? render(number + 1) : null;
      yield outcome;
    }
  } finally {
    await ahead?.catch(() => undefined);
    await removeTree(dir);
  }
}
