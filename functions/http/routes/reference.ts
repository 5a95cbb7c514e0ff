import { createRequire } from 'node:module';
import path from 'node:path';
import { ERROR_CODES } from '#shared/domain/errors.ts';
import type { PublicRoute, Route } from '../kit/route.ts';
import { pageHeaders, sendFile } from '../kit/send-file.ts';
import { openApiDocument } from '../openapi.ts';

const SWAGGER = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const OWN = path.resolve(import.meta.dirname, '../static');
const OWN_FILES = new Set(['init.js', 'page.css']);
const SWAGGER_FILES = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-16x16.png', 'favicon-32x32.png']);

const tag = 'Reference';

/** The OpenAPI document and the pages that show it, from this server alone. `routes` is called when first asked for. */
export function referenceRoutes(routes: () => readonly (Route | PublicRoute)[]): readonly PublicRoute[] {
  let made: string | null = null;
  /** Made once. Without a public URL the server is the one that was asked, whatever it is called. */
  const document = (publicUrl: string | null): string => {
    made ??= JSON.stringify(openApiDocument(routes(), { url: publicUrl ?? '/' }));
    return made;
  };
  return [
    {
      id: 'openapi',
      method: 'get',
      path: '/openapi.json',
      access: 'public',
      tag,
      summary: 'This description, OpenAPI 3.1',
      answers: { 200: { description: 'The document', mediaTypes: ['application/json'] } },
      respond: (c, { config }) =>
        new Response(document(config.publicUrl), {
          headers: { ...pageHeaders(c, 'application/json; charset=utf-8') },
        }),
    },
    {
      id: 'docs',
      method: 'get',
      path: '/docs',
      access: 'public',
      tag,
      summary: 'The API, browsable',
      answers: { 200: { description: 'A page', mediaTypes: ['text/html'] } },
      respond: (c) => sendFile(c, OWN, 'index.html'),
    },
    {
      id: 'errorDocs',
      method: 'get',
      path: '/docs/errors',
      access: 'public',
      tag,
      summary: 'Every error code: where the `type` of a problem leads',
      answers: { 200: { description: 'A page', mediaTypes: ['text/html'] } },
      respond: (c) => new Response(errorPage(), { headers: pageHeaders(c, 'text/html; charset=utf-8') }),
    },
    {
      id: 'docsFile',
      method: 'get',
      path: '/docs/{file}',
      access: 'public',
      tag,
      summary: 'Scripts and styles of the reference page',
      answers: { 200: { description: 'A file', mediaTypes: ['text/css', 'text/javascript'] } },
      respond: (c) => {
        const file = c.req.param('file') ?? '';
        if (OWN_FILES.has(file)) return sendFile(c, OWN, file);
        return sendFile(c, SWAGGER, SWAGGER_FILES.has(file) ? file : '');
      },
    },
  ];
}

function errorPage(): string {
  const rows = Object.entries(ERROR_CODES).map(
    ([code, info]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${info.status}</td><td>${info.title}</td></tr>`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Recto: error codes</title><link rel="stylesheet" href="/docs/page.css"><h1>Error codes</h1><p>Every problem carries one of these in <code>code</code>. What to do is in its <code>detail</code>.</p><table><thead><tr><th>Code</th><th>Status</th><th>Title</th></tr></thead><tbody>${rows.join('')}</tbody></table></html>`;
}
