import path from 'node:path';
import type { ByteSource, Inspection, Limits } from '../../../ports/converter.ts';
import { stage } from './staging.ts';
import { callDir, removeTree } from './temp-dir.ts';
import type { Workers } from './workers.ts';

/** Headers by ranged reads; only a PDF is copied, for its pages cannot be counted without opening it. */
export async function inspect(
  workers: Workers,
  params: { source: ByteSource; limits: Limits; signal?: AbortSignal },
): Promise<Inspection> {
  const { source, limits, signal } = params;
  const found = await workers.doc(
    'sniff',
    { size: source.size, limits },
    { timeoutMs: limits.timeoutMs, signal, source },
  );
  if (found.mediaType !== 'application/pdf') return found;
  const dir = await callDir(workers.dir);
  try {
    const file = path.join(dir, 'in.pdf');
    await stage(source, file, signal);
    const pdf = await workers.doc('inspectPdf', { file, limits }, { timeoutMs: limits.timeoutMs, signal });
    return { ...pdf, mediaType: found.mediaType, flags: [...new Set([...found.flags, ...pdf.flags])] };
  } finally {
    await removeTree(dir);
  }
}
