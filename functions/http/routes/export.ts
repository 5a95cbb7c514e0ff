import { z } from 'zod';
import { attachment } from '#shared/domain/content-disposition.ts';
import { RectoError } from '#shared/domain/errors.ts';
import { EXPORT_FORMATS, EXPORT_MEDIA_TYPES } from '#shared/domain/export/model.ts';
import { exportDocument } from '#shared/usecases/documents/export.ts';
import { type Route, route } from '../kit/route.ts';
import { pathId } from './schemas.ts';

const exported = route({
  id: 'exportDocument',
  method: 'get',
  path: '/v1/documents/{id}/export',
  access: { scope: 'documents:read' },
  tag: 'Artifacts',
  summary: 'The structured result in a format',
  description:
    'Fields, tables and text. As printed for credentials with documents:original, else redacted; `content` says it outright. For an `audience` it is redacted now by the rules that the policy has for it. CSV is safe to open in a spreadsheet.',
  query: z.strictObject({
    format: z.enum(EXPORT_FORMATS).default('json'),
    table: z.string().min(1).max(200).optional().describe('With csv: this table alone.'),
    content: z.enum(['original', 'redacted']).optional(),
    audience: z
      .string()
      .min(1)
      .max(60)
      .optional()
      .describe('For whom it is. Without documents:original it never shows more than the redacted artifacts do.'),
  }),
  answers: { 200: { description: 'The export', mediaTypes: Object.values(EXPORT_MEDIA_TYPES) } },
  handle: async ({ c, ctx, params, query: { format, table, content, audience } }) => {
    const documentId = pathId(params, 'id', 'document', 'document');
    const mayRead = ctx.principal.scopes.includes('documents:original');
    if (content === 'original' && !mayRead)
      throw new RectoError('forbidden', 'The original content needs credentials with documents:original.', {
        details: { missingScopes: ['documents:original'] },
      });
    if (content === 'original' && audience !== undefined)
      throw new RectoError('invalid_request', 'An export for an audience is redacted; leave content=original out.');
    const original = mayRead && content !== 'redacted';
    const { body, mediaType, filename } = await exportDocument(ctx, { documentId, format, original, table, audience });
    return new Response(ReadableStream.from(body), {
      headers: {
        ...c.get('answerHeaders'),
        'content-type': mediaType,
        'content-disposition': attachment(filename),
        'cache-control': 'private, no-cache',
      },
    });
  },
});

export const exportRoutes: readonly Route[] = [exported];
