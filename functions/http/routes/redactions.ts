import { z } from 'zod';
import { redactionReportSchema } from '#shared/domain/redaction/report.ts';
import { getRedaction, reviewRedaction, reviewRedactionSchema } from '#shared/usecases/documents/review-redaction.ts';
import { documentView, documentViewSchema } from '#shared/usecases/documents/view.ts';
import { reveal, revealSchema } from '#shared/usecases/policies/reveal.ts';
import { runView, runViewSchema } from '#shared/usecases/runs/view.ts';
import { accepted, ok, type Route, route } from '../kit/route.ts';
import { components } from '../openapi.ts';
import { pathId } from './schemas.ts';

components.add(redactionReportSchema, { id: 'RedactionReport' });

const tag = 'Redactions';

const get = route({
  id: 'getRedaction',
  method: 'get',
  path: '/v1/documents/{id}/redaction',
  access: { scope: 'documents:original' },
  tag,
  summary: 'Read what was redacted in a document, where, why and how it was checked',
  description: 'Never a value: types, places, recognizers, operators, digests of the files.',
  answers: { 200: { description: 'The report', schema: redactionReportSchema } },
  handle: async ({ ctx, params }) =>
    ok(await getRedaction(ctx, { documentId: pathId(params, 'id', 'document', 'document') })),
});

const review = route({
  id: 'reviewRedaction',
  method: 'post',
  path: '/v1/documents/{id}/redaction/review',
  access: { scope: 'redactions:review' },
  tag,
  summary: 'Decide about a redaction: finds that are none, places that are missing, whether it may go out',
  description:
    'Decisions add up, and the document is processed again by them. Places are boxes on pages (`add`), of recordings stretches of sound and regions of the picture (`sounds`, `regions`). Needs documents:original as well: the decisions are about what stands there.',
  body: reviewRedactionSchema,
  answers: {
    202: {
      description: 'Taken; being processed',
      schema: z.object({ document: documentViewSchema, run: runViewSchema }),
    },
  },
  handle: async ({ ctx, params, body }) => {
    const documentId = pathId(params, 'id', 'document', 'document');
    const { document, run } = await reviewRedaction(ctx, { documentId, ...body });
    return accepted({ document: documentView(ctx, document), run: runView(run) }, `/v1/runs/${run.id}`);
  },
});

const turnBack = route({
  id: 'revealPseudonyms',
  method: 'post',
  path: '/v1/pseudonyms/reveal',
  access: { scope: 'redactions:review' },
  tag,
  summary: 'Turn the tenant’s pseudonyms in a text back',
  description: 'Every call is on record. A pseudonym of another tenant, or one that was changed, is refused.',
  body: revealSchema,
  answers: { 200: { description: 'The text', schema: z.object({ text: z.string() }) } },
  secretAnswer: true,
  handle: async ({ ctx, body }) => ok(await reveal(ctx, body)),
});

export const redactionRoutes: readonly Route[] = [get, review, turnBack];
