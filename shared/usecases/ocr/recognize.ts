import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { ocrResultSchema, type Page, pageSchema } from '../../domain/page.ts';
import type { StepContext } from '../../engine/step.ts';
import type { ByteSource, Limits } from '../../ports/converter.ts';
import { converterLimits } from '../../steps/support/limits.ts';
import { readPages } from '../../steps/support/read-pages.ts';
import type { UseCaseContext } from '../context.ts';
import { loadTenant } from '../tenants/load.ts';

export const SYNC_MAX_BYTES = 10 * 1024 * 1024;
export const SYNC_MAX_PAGES = 10;
/** Of the PDF that a small file becomes. */
const MAX_PDF_BYTES = 64 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const DPI = 200;

/** `engine` and `model` are null when every page had a good text layer; pages that could not be read are in `failed`. */
export const recognitionSchema = z.object({
  pages: z.array(pageSchema),
  engine: z.string().nullable(),
  model: z.string().nullable(),
  failed: z.array(z.object({ number: z.number().int(), code: z.string() })),
  degraded: ocrResultSchema.shape.degraded.describe('Pages that another engine read than the one asked for.'),
});
export type Recognition = z.infer<typeof recognitionSchema>;

/**
 * Reads a small file while the caller waits; nothing is stored. The same steps as in a run: converted, rendered, a good
 * text layer taken, else OCR. Errors: those of `Converter` and `Inference`; `step_timeout` after a minute.
 */
export async function recognize(
  ctx: UseCaseContext,
  input: { bytes: Uint8Array; password?: string | undefined; signal?: AbortSignal },
): Promise<Recognition> {
  const { platform } = ctx;
  if (input.bytes.length === 0) throw new RectoError('file_empty', 'The file has no bytes. Send it again.');
  const tenant = await loadTenant(ctx.ports);
  const stop = new AbortController();
  const cancel = platform.clock.after(TIMEOUT_MS, () => stop.abort(tooSlow()));
  const signal = input.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, input.signal]);
  const limits: Limits = {
    ...converterLimits(tenant.limits, TIMEOUT_MS),
    maxPages: Math.min(tenant.limits.maxPages, SYNC_MAX_PAGES),
    maxOutputBytes: MAX_PDF_BYTES,
  };
  try {
    const source = inMemory(input.bytes);
    const { mediaType, encrypted } = await platform.converter.inspect({ source, limits, signal });
    if (encrypted && (input.password ?? '') === '')
      throw new RectoError('password_required', 'The file is protected. Send it again with the form field `password`.');
    const password = input.password ?? null;
    const converted = await platform.converter.toPdf({ source, mediaType, password, limits, signal });
    const pdf = inMemory(await collect(converted.pdf));
    const pages = { pdf, from: 1, to: converted.pages.length, dpi: DPI, limits, model: tenant.settings.ocrModel };
    return await readAll(stepContext(ctx, signal), pages);
  } catch (error) {
    if (stop.signal.aborted) throw tooSlow();
    throw error;
  } finally {
    cancel();
  }
}

async function readAll(step: StepContext, params: Parameters<typeof readPages>[1]): Promise<Recognition> {
  const pages: Page[] = [];
  const failed: Recognition['failed'] = [];
  const engines = new Set<string>();
  const models = new Set<string>();
  let degraded: Recognition['degraded'];
  for await (const outcome of readPages(step, params)) {
    if ('code' in outcome) failed.push({ number: outcome.number, code: outcome.code });
    else {
      pages.push(outcome.page);
      if (outcome.readBy !== null) {
        engines.add(outcome.readBy.engine);
        models.add(outcome.readBy.model);
        if (outcome.readBy.degraded !== null)
          degraded = { ...outcome.readBy.degraded, pages: [...(degraded?.pages ?? []), outcome.page.number] };
      }
    }
  }
  const read = { pages, engine: [...engines].join(', ') || null, model: [...models].join(', ') || null, failed };
  return degraded === undefined ? read : { ...read, degraded };
}

const tooSlow = () =>
  new RectoError(
    'step_timeout',
    `The file could not be read within ${TIMEOUT_MS / 1000} s. Upload it as a document instead.`,
  );

const inMemory = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  open: async (range) => only(range === undefined ? bytes : bytes.subarray(range.start, range.end)),
});

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_PDF_BYTES)
      throw new RectoError('limit_exceeded', 'The file becomes too large to read at once. Upload it as a document.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

/** What a step would get; there is no run behind it. */
const stepContext = ({ platform, ports, requestId }: UseCaseContext, signal: AbortSignal): StepContext => ({
  ports,
  converter: platform.converter,
  media: platform.media,
  inference: platform.inference,
  mailbox: platform.mailbox,
  clock: platform.clock,
  log: platform.log.with({ requestId, tenantId: ports.tenantId }),
  metrics: platform.metrics,
  runId: requestId,
  stepId: 'ocr',
  attempt: 1,
  signal,
  idempotencyKey: requestId,
  runCreatedAt: platform.clock.now(),
});
