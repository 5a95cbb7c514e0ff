import { z } from 'zod';
import { listArtifacts } from '#shared/usecases/documents/list-artifacts.ts';
import { ORIGINAL, openArtifact } from '#shared/usecases/documents/open-artifact.ts';
import { artifactViewSchema } from '#shared/usecases/documents/view.ts';
import { ok, type Route, route } from '../kit/route.ts';
import { sendObject } from '../kit/send-object.ts';
import { components } from '../openapi.ts';
import { listAnswer, paging, pathId } from './schemas.ts';

components.add(artifactViewSchema, { id: 'Artifact' });

const list = route({
  id: 'listArtifacts',
  method: 'get',
  path: '/v1/documents/{id}/artifacts',
  access: { scope: 'documents:read' },
  tag: 'Artifacts',
  summary: 'List what was made of a document',
  query: z.strictObject(paging),
  answers: listAnswer('Artifacts, by name', artifactViewSchema),
  handle: async ({ ctx, params, query }) =>
    ok(await listArtifacts(ctx, { ...query, documentId: pathId(params, 'id', 'document', 'document') })),
});

const download = route({
  id: 'getArtifact',
  method: 'get',
  path: '/v1/documents/{id}/artifacts/{name}',
  wildcard: true,
  access: { scope: 'documents:read' },
  tag: 'Artifacts',
  summary: 'Download an artifact',
  description: `\`text\`, \`ocr.json\`, \`fields.json\`, \`redacted.pdf\`, \`redacted.mp4\`, \`pages/1.png\` and so on; \`${ORIGINAL}\` is the uploaded file. Those that are not redacted need the scope documents:original. Takes Range and If-None-Match.`,
  answers: {
    200: { description: 'The bytes', mediaTypes: ['application/octet-stream'] },
    206: { description: 'A range of them', mediaTypes: ['application/octet-stream'] },
    304: { description: 'Not changed' },
  },
  handle: async ({ c, ctx, params }) => {
    const documentId = pathId(params, 'id', 'document', 'document');
    const artifact = await openArtifact(ctx, { documentId, name: params.name ?? '' });
    return sendObject(c, { ...artifact, filename: downloadName(artifact.filename, artifact.name) });
  },
});

/** `invoice.docx` and `pages/1.png` make `invoice.pages-1.png`. */
function downloadName(filename: string, artifact: string): string {
  if (artifact === ORIGINAL) return filename;
  const stem = filename.replace(/\.[^.]{1,10}$/, '') || filename;
  const name = artifact.replaceAll('/', '-');
  return `${stem}.${name.includes('.') ? name : `${name}.${EXTENSIONS[name] ?? 'bin'}`}`;
}

const EXTENSIONS: Readonly<Record<string, string>> = { text: 'txt', pdf: 'pdf' };

export const artifactRoutes: readonly Route[] = [list, download];
