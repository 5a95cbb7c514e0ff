import { rename } from 'node:fs/promises';
import path from 'node:path';
import { RectoError } from '../../../domain/errors.ts';
import { mediaTypeInfo, TEXT_KINDS } from '../../../domain/media-types.ts';
import type { ByteSource, Limits, PageSize } from '../../../ports/converter.ts';
import { importFilter } from './office/import-filters.ts';
import { checkOutput, isFull, stage, storageFull, unstage } from './staging.ts';
import { callDir, removeTree } from './temp-dir.ts';
import type { Workers } from './workers.ts';

export interface ToPdfParams {
  source: ByteSource;
  mediaType: string;
  password?: string | null;
  limits: Limits;
  signal?: AbortSignal;
}

export interface ToPdfResult {
  pdf: AsyncIterable<Uint8Array>;
  pages: PageSize[];
  rows: number | null;
  warnings: readonly string[];
}

type Made = Omit<ToPdfResult, 'pdf'>;

/** Any supported file to an inert PDF; the temporary folder goes when the PDF has been read, or at once on failure. */
export async function toPdf(workers: Workers, params: ToPdfParams): Promise<ToPdfResult> {
  const family = mediaTypeInfo(params.mediaType)?.family;
  if (family === undefined)
    throw new RectoError('unsupported_media_type', `Files of the type ${params.mediaType} are not supported.`);
  if (params.source.size === 0) throw new RectoError('file_empty', 'The file is empty: it has no bytes.');
  const password = await neededPassword(workers, params);
  const dir = await callDir(workers.dir);
  try {
    const out = path.join(dir, 'out.pdf');
    const made = await (family === 'pdf' ? fromPdf : family === 'image' ? fromImage : fromOffice)(
      workers,
      { ...params, password },
      dir,
      out,
    );
    await checkOutput(out, params.limits.maxOutputBytes);
    return { ...made, pdf: unstage(out, () => removeTree(dir)) };
  } catch (error) {
    const full = await isFull(dir);
    await removeTree(dir);
    throw full ? storageFull(error) : error;
  }
}

/**
 * The bytes have to be what the caller says, and within the limits, whether or not the caller has inspected them. A password
 * is passed on only to a file that needs one. PDFs say for themselves, when they are opened.
 */
async function neededPassword(workers: Workers, params: ToPdfParams): Promise<string | null> {
  const { source, limits, signal, mediaType } = params;
  const found = await workers.doc(
    'sniff',
    { size: source.size, limits },
    { timeoutMs: limits.timeoutMs, signal, source },
  );
  const text = mediaTypeInfo(found.mediaType)?.family === 'text';
  if (found.mediaType !== mediaType && !(text && TEXT_KINDS.includes(mediaType)))
    throw new RectoError(
      'unsupported_media_type',
      `The file is ${found.mediaType}, not ${mediaType} as it is said to be.`,
    );
  const password = params.password ?? null;
  if (mediaType === 'application/pdf') return password;
  if (found.encrypted && password === null)
    throw new RectoError('password_required', 'The document needs a password to be opened. Send it with the document.');
  return found.encrypted ? password : null;
}

async function fromPdf(workers: Workers, params: ToPdfParams, dir: string, out: string): Promise<Made> {
  const file = path.join(dir, 'in.pdf');
  await stage(params.source, file, params.signal);
  const { limits, signal } = params;
  const done = await workers.doc(
    'rewritePdf',
    { file, password: params.password ?? null, limits, out },
    { timeoutMs: limits.timeoutMs, signal },
  );
  return { pages: done.pages, rows: null, warnings: done.flags };
}

async function fromImage(workers: Workers, params: ToPdfParams, dir: string, out: string): Promise<Made> {
  const file = path.join(dir, 'in.img');
  await stage(params.source, file, params.signal);
  const { limits, signal, mediaType } = params;
  const done = await workers.doc(
    'imageToPdf',
    { file, mediaType, limits, dir, out },
    { timeoutMs: limits.timeoutMs, signal },
  );
  return { pages: done.pages, rows: null, warnings: done.warnings };
}

async function fromOffice(workers: Workers, params: ToPdfParams, dir: string, out: string): Promise<Made> {
  const { limits, signal, mediaType } = params;
  const timing = { timeoutMs: limits.timeoutMs, signal };
  // The names that Office sees are ours: no tenant's file name reaches a command line or a path.
  const file = path.join(dir, 'in');
  await stage(params.source, file, params.signal);
  if (mediaType === 'application/x-ooxml-encrypted') {
    const inner = path.join(dir, 'inner');
    const password = params.password ?? null;
    const opened = await workers.doc('openOoxml', { file, password, limits, out: inner }, timing);
    return officeToPdf(workers, { ...params, mediaType: opened.mediaType, password: null }, dir, inner, out);
  }
  return officeToPdf(workers, params, dir, file, out);
}

async function officeToPdf(
  workers: Workers,
  params: ToPdfParams,
  dir: string,
  staged: string,
  out: string,
): Promise<Made> {
  const { limits, signal, mediaType } = params;
  const timing = { timeoutMs: limits.timeoutMs, signal };
  const binary = importFilter(mediaType);
  const file = path.join(dir, `document.${binary?.extension ?? 'txt'}`);
  await rename(staged, file);
  if (binary?.zip === true) await workers.doc('checkArchive', { file, limits }, timing);
  const prepared = binary === null ? await workers.doc('prepareText', { file, mediaType, dir }, timing) : null;
  const raw = path.join(dir, 'office.pdf');
  const done = await workers.office.convert(
    {
      input: prepared?.file ?? file,
      output: raw,
      importFilter: prepared?.importFilter ?? (params.password == null ? (binary?.filter ?? null) : null),
      filterOptions: prepared?.filterOptions ?? null,
      password: params.password ?? null,
      maxPages: limits.maxPages,
    },
    limits.timeoutMs,
    signal,
  );
  await checkOutput(raw, limits.maxOutputBytes);
  const { pages } = await workers.doc('finishPdf', { file: raw, limits }, timing);
  await rename(raw, out);
  return { pages, rows: prepared?.rows ?? done.rows, warnings: [...(prepared?.warnings ?? []), ...done.warnings] };
}
