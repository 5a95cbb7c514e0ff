import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError, toRectoError } from '../../domain/errors.ts';
import { newId } from '../../domain/ids.ts';
import { recordingType } from '../../domain/recording-types.ts';
import { neutralFilename } from '../../domain/redaction/names.ts';
import type { Run } from '../../domain/run.ts';
import { safeFilename } from '../../domain/safe-filename.ts';
import type { Tenant } from '../../domain/tenant.ts';
import { reuseResult, workflowFor } from '../../domain/workflows.ts';
import type { RunParams } from '../../engine/engine-api.ts';
import type { Inspection } from '../../ports/converter.ts';
import type { ObjectInfo } from '../../ports/object-store.ts';
import { byteSource } from '../../steps/support/artifacts.ts';
import { converterLimits } from '../../steps/support/limits.ts';
import { instructionsDigest } from '../../steps/support/recording-instructions.ts';
import type { UseCaseContext } from '../context.ts';
import { assertQuota } from '../quotas/check.ts';
import { addToTotals } from '../quotas/counters.ts';
import { loadTenant } from '../tenants/load.ts';
import { configurationOf } from './configuration-revision.ts';
import { findReusable } from './find-reusable.ts';
import { namesOnArrival } from './names-on-arrival.ts';
import { assertRecordingsAllowed } from './recordings-allowed.ts';
import { resultKey } from './result-key.ts';

export interface IngestInput {
  source:
    | { kind: 'stream'; body: AsyncIterable<Uint8Array> }
    | { kind: 'object'; bucket: 'documents' | 'incoming'; key: string; generation: string };
  filename: string;
  origin: Document['source'];
  metadata?: Record<string, string>;
  password?: string | null;
  priority?: number;
  batchId?: string | null;
  /** Given when the id was promised before (presigned upload) or follows from the object (bucket drop). */
  documentId?: string;
  signal?: AbortSignal;
}

export interface Ingested {
  document: Document;
  run: Run;
  /** True when finished results of the same bytes and configuration are taken over. */
  reused: boolean;
}

/** Inspection reads headers only. */
const INSPECT_TIMEOUT_MS = 30_000;

const ORIGIN_KINDS = {
  api: 'api',
  presigned: 'api',
  bucket: 'bucket',
  schedule: 'schedule',
  connector: 'system',
} as const;

/** Where a document's bytes are kept, in the documents bucket. */
export const sourceKey = (documentId: string): string => `${documentId}/source`;
/** Name of the tenant secret that holds a document's password until the document is erased. */
export const passwordSecretName = (documentId: string): string => `document-password/${documentId}`;

/**
 * The one way in: bytes are stored while their digest is computed, looked at by content, and a run is started, or
 * finished results are reused. Nothing stays behind when it fails.
 * Errors: those of `Converter.inspect` and `assertRecordingsAllowed`, `file_too_large`, `file_empty`, `quota_exceeded`, `storage_full`, and
 * `already_exists` when the document id was taken in before, `not_found` when a promised document was erased meanwhile.
 */
export async function ingestDocument(ctx: UseCaseContext, input: IngestInput): Promise<Ingested> {
  const now = ctx.platform.clock.now();
  const tenant = await loadTenant(ctx.ports);
  await assertQuota(ctx, { bytes: 0 });
  const documentId = input.documentId ?? newId('document', now);
  const object = await receive(ctx, tenant, documentId, input);
  let passwordSecret: string | null = null;
  try {
    await assertQuota(ctx, { bytes: object.size });
    const inspection = await inspect(ctx, tenant, object, input.password ?? null, input.signal);
    await assertTaken(ctx, tenant, documentId, inspection.mediaType);
    if (inspection.encrypted) {
      passwordSecret = passwordSecretName(documentId);
      await ctx.ports.secrets.put(passwordSecret, input.password ?? '');
    }
    return await begin(ctx, tenant, { documentId, object, inspection, passwordSecret, now, input });
  } catch (error) {
    // Under a promised id another delivery of the same message may be using the bytes: those are left to the retention sweep.
    const erased = toRectoError(error).code === 'not_found';
    if (input.documentId === undefined || erased) {
      await ctx.ports.objects.delete({ bucket: 'documents', key: object.key });
      if (passwordSecret !== null) await ctx.ports.secrets.delete(passwordSecret);
    }
    throw error;
  }
}

/** Stores a document's bytes as they come, up to the tenant's limit. Their type is told later, by looking at them. */
export function storeSource(
  ctx: UseCaseContext,
  tenant: Tenant,
  input: { documentId: string; body: AsyncIterable<Uint8Array>; signal?: AbortSignal },
): Promise<ObjectInfo> {
  const { documentId, ...rest } = input;
  return ctx.ports.objects.put({
    bucket: 'documents',
    key: sourceKey(documentId),
    mediaType: 'application/octet-stream',
    maxBytes: tenant.limits.maxFileBytes,
    ...rest,
  });
}

async function receive(
  ctx: UseCaseContext,
  tenant: Tenant,
  documentId: string,
  input: IngestInput,
): Promise<ObjectInfo> {
  const { objects } = ctx.ports;
  const { source } = input;
  const signal = input.signal === undefined ? {} : { signal: input.signal };
  if (source.kind === 'stream') return storeSource(ctx, tenant, { documentId, body: source.body, ...signal });
  if (source.bucket === 'incoming') {
    const found = await objects.get({ bucket: 'incoming', key: source.key, ...signal });
    if (found === null || found.info.generation !== source.generation) {
      throw new RectoError(
        'not_found',
        'The dropped file is gone or was replaced; its newer version is taken in by its own notification.',
      );
    }
    return storeSource(ctx, tenant, { documentId, body: found.body, ...signal });
  }
  const info = await objects.head({ bucket: 'documents', key: source.key });
  if (info === null)
    throw new RectoError('upload_incomplete', 'The bytes have not arrived yet; PUT them to the upload URL first.');
  return info;
}

async function inspect(
  ctx: UseCaseContext,
  tenant: Tenant,
  object: ObjectInfo,
  password: string | null,
  signal?: AbortSignal,
): Promise<Inspection> {
  if (object.size === 0)
    throw new RectoError(
      'file_empty',
      'The file has no bytes. Check that the upload was not cut off, and send it again.',
    );
  const { maxFileBytes } = tenant.limits;
  if (object.size > maxFileBytes) {
    throw new RectoError(
      'file_too_large',
      `The file has ${object.size} bytes; this tenant may send at most ${maxFileBytes}.`,
      { details: { maxFileBytes } },
    );
  }
  const source = await byteSource(ctx.ports, 'documents', object.key);
  const look = (): Promise<Inspection> =>
    ctx.platform.converter.inspect({
      source,
      limits: converterLimits(tenant.limits, INSPECT_TIMEOUT_MS),
      ...(signal === undefined ? {} : { signal }),
    });
  const inspection = await look().catch((error: unknown) => {
    // A process may be ended for other reasons: only a file that takes a second one down as well is at fault.
    if (toRectoError(error).code !== 'conversion_crashed') throw error;
    return look();
  });
  if (inspection.encrypted && (password === null || password === '')) {
    throw new RectoError(
      'password_required',
      'The file is protected by a password. Send it again with the form field `password`.',
    );
  }
  return inspection;
}

/** Whether this kind is taken in here, and what came with it speaks of it. */
async function assertTaken(ctx: UseCaseContext, tenant: Tenant, documentId: string, mediaType: string): Promise<void> {
  const type = recordingType(mediaType);
  if (type !== null) await assertRecordingsAllowed(ctx, tenant, type);
  // Taken for granted, a transcript would be kept that nothing ever reads.
  else if (tenant.settings.recordings && (await instructionsDigest(ctx.ports, documentId)) !== null)
    throw new RectoError(
      'invalid_request',
      `The upload says with \`recording\` what goes of audio or video, and the file is of type ${mediaType}.`,
    );
}

interface Beginning {
  documentId: string;
  object: ObjectInfo;
  inspection: Inspection;
  passwordSecret: string | null;
  now: number;
  input: IngestInput;
}

async function begin(
  ctx: UseCaseContext,
  tenant: Tenant,
  { documentId, object, inspection, passwordSecret, now, input }: Beginning,
): Promise<Ingested> {
  const { mediaType } = inspection;
  const { revision, policy } = await configurationOf(ctx.ports, tenant, ctx.platform.clock.now(), {
    documentId,
    mediaType,
  });
  const mayReuse = tenant.settings.reuseTtlSeconds > 0 && passwordSecret === null;
  const reusable = mayReuse ? await findReusable(ctx.ports.store, resultKey(object.sha256, mediaType, revision)) : null;
  const names = { filename: safeFilename(input.filename), metadata: input.metadata ?? {}, mediaType };
  const runId = newId('run', now);
  const document: Document = {
    id: documentId,
    ...names,
    size: object.size,
    sha256: object.sha256,
    status: 'processing',
    sourceKey: object.key,
    source: input.origin,
    runId,
    batchId: input.batchId ?? null,
    reusedFrom: reusable?.documentId ?? null,
    documentType: null,
    pages: null,
    error: null,
    redactedNames: await namesOnArrival(ctx, names),
    createdAt: now,
    updatedAt: now,
  };
  const params: RunParams = {
    runId,
    workflow: reusable === null ? workflowFor(mediaType) : reuseResult,
    input: {
      documentId,
      sourceKey: object.key,
      mediaType,
      // Runs are looked at, and kept in dead letters, by whoever may not see originals.
      filename: neutralFilename(names),
      passwordSecret,
      configRevision: revision,
      policy: { ...policy },
      reuseFrom: reusable?.documentId ?? null,
      reuseFromRun: reusable?.runId ?? null,
    },
    documentId,
    batchId: input.batchId ?? null,
    origin: { kind: ORIGIN_KINDS[input.origin], requestId: ctx.requestId, by: ctx.principal.id },
    ...(input.priority === undefined ? {} : { priority: input.priority }),
  };
  const run = await ctx.ports.store.transaction(async (tx) => {
    const existing = await tx.get(documents, { id: documentId });
    if (existing === null && input.origin === 'presigned')
      throw new RectoError('not_found', `The document ${documentId} was erased before its bytes were taken in.`);
    if (existing !== null && existing.data.status !== 'uploading') {
      throw new RectoError('already_exists', `The document ${documentId} has been taken in before.`, {
        details: { documentId },
      });
    }
    tx.put(
      documents,
      { id: documentId },
      existing === null ? document : { ...document, createdAt: existing.data.createdAt },
    );
    await addToTotals(tx, documentId, { storedBytes: object.size, documents: 1 });
    return ctx.engine.enqueueRun(tx, params);
  });
  ctx.engine.kick();
  return { document, run, reused: reusable !== null };
}
