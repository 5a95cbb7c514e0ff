import { z } from 'zod';
import { DOCUMENT_STATUSES } from '#shared/domain/document.ts';
import { erasureSchema } from '#shared/domain/erasure.ts';
import { idSchema } from '#shared/domain/ids.ts';
import { createUpload, createUploadSchema } from '#shared/usecases/documents/create-upload.ts';
import { eraseDocument } from '#shared/usecases/documents/erase.ts';
import { getDocument } from '#shared/usecases/documents/get.ts';
import { getErasure } from '#shared/usecases/documents/get-erasure.ts';
import { listDocuments } from '#shared/usecases/documents/list.ts';
import { reprocessDocument } from '#shared/usecases/documents/reprocess.ts';
import { documentView, documentViewSchema } from '#shared/usecases/documents/view.ts';
import { runView, runViewSchema } from '#shared/usecases/runs/view.ts';
import { accepted, noContent, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';
import { uploadDocument, uploadFormSchema } from './upload-document.ts';

components.add(documentViewSchema, { id: 'Document' });
components.add(runViewSchema, { id: 'Run' });
components.add(erasureSchema, { id: 'Erasure' });

const tag = 'Documents';
const signedUrlSchema = z.object({
  method: z.literal('PUT'),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  expiresAt: z.number(),
});

const upload = route({
  id: 'createDocument',
  method: 'post',
  path: '/v1/documents',
  access: { scope: 'documents:write' },
  tag,
  summary: 'Upload a document and process it, or ask for a URL to upload it to',
  description:
    'As multipart/form-data: the file in the part `file`; 202 with the document and its run. As JSON: 201 with a document that waits for its bytes and a URL to PUT them to. Audio and video are refused unless the tenant takes recordings; `recording` says what goes of them and what is said in them.',
  form: uploadFormSchema,
  body: createUploadSchema,
  ownBody: true,
  answers: {
    201: {
      description: 'Waiting for its bytes',
      schema: z.object({ document: documentViewSchema, upload: signedUrlSchema }),
    },
    202: {
      description: 'Taken in; being processed',
      schema: z.object({ document: documentViewSchema, run: runViewSchema, reused: z.boolean() }),
    },
  },
  handle: uploadDocument(createUpload),
});

const list = route({
  id: 'listDocuments',
  method: 'get',
  path: '/v1/documents',
  access: { scope: 'documents:read' },
  tag,
  summary: 'List documents, newest first',
  query: z.strictObject({
    ...paging,
    status: z.enum(DOCUMENT_STATUSES).exclude(['erasing']).optional(),
    batchId: idSchema('batch').optional(),
  }),
  answers: listAnswer('Documents', documentViewSchema),
  handle: async ({ ctx, query }) => ok(await listDocuments(ctx, query)),
});

const get = route({
  id: 'getDocument',
  method: 'get',
  path: '/v1/documents/{id}',
  access: { scope: 'documents:read' },
  tag,
  summary: 'Read a document',
  answers: { 200: { description: 'The document', schema: documentViewSchema } },
  handle: async ({ ctx, params }) =>
    ok(documentView(ctx, await getDocument(ctx, { id: pathId(params, 'id', 'document', 'document') }))),
});

const erase = route({
  id: 'eraseDocument',
  method: 'delete',
  path: '/v1/documents/{id}',
  access: { scope: 'documents:write' },
  tag,
  summary: 'Erase a document with everything made of it',
  description:
    'Bytes, artifacts, search entry, runs, reusable results and whatever names it. Everything is looked for once more before the answer, which GET …/erasure keeps. It cannot be undone.',
  answers: { 204: { description: 'Erased' } },
  handle: async ({ ctx, params }) => {
    const id = pathId(params, 'id', 'document', 'document');
    await getDocument(ctx, { id });
    await eraseDocument(ctx, { id });
    return noContent();
  },
});

const erasure = route({
  id: 'getErasure',
  method: 'get',
  path: '/v1/documents/{id}/erasure',
  access: { scope: 'audit:read' },
  tag,
  summary: 'Read the proof that a document was erased',
  description:
    'Who wanted it and when, what there was by kind, and that a second look at each found nothing. `erasing` until then. Kept when the document has gone.',
  answers: { 200: { description: 'The erasure', schema: erasureSchema } },
  handle: async ({ ctx, params }) =>
    ok(await getErasure(ctx, { documentId: pathId(params, 'id', 'document', 'document') })),
});

const reprocess = route({
  id: 'reprocessDocument',
  method: 'post',
  path: '/v1/documents/{id}/reprocess',
  access: { scope: 'documents:write' },
  tag,
  summary: 'Process a document again',
  description: 'With the settings, policy and templates of now; finished results are not reused.',
  answers: {
    202: { description: 'Started', schema: z.object({ document: documentViewSchema, run: runViewSchema }) },
  },
  handle: async ({ ctx, params }) => {
    const documentId = pathId(params, 'id', 'document', 'document');
    const { document, run } = await reprocessDocument(ctx, {
      documentId,
      cause: ['api', new Date(ctx.platform.clock.now()).toISOString(), ctx.requestId],
      origin: 'api',
    });
    return accepted({ document: documentView(ctx, document), run: runView(run) }, `/v1/runs/${run.id}`);
  },
});

export const documentRoutes: readonly Route[] = [upload, list, get, erase, erasure, reprocess];
