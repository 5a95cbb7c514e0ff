import path from 'node:path';
import type { PublicRoute } from '../kit/route.ts';
import { sendFile } from '../kit/send-file.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../console');
const common = {
  method: 'get',
  access: 'public',
  tag: 'Console',
  answers: { 200: { description: 'A page of the console', mediaTypes: ['text/html'] } },
} as const;

/** The console's files; it talks to the API like any other client, with the key that its user enters. */
export const consoleRoutes: readonly PublicRoute[] = [
  {
    ...common,
    id: 'home',
    path: '/',
    summary: 'To the console',
    answers: { 302: { description: 'To the console' } },
    respond: (c) => new Response(null, { status: 302, headers: { ...c.get('answerHeaders'), location: '/console/' } }),
  },
  {
    ...common,
    id: 'console',
    path: '/console/',
    summary: 'The console',
    respond: (c) => sendFile(c, FOLDER, 'index.html'),
  },
  {
    ...common,
    id: 'consoleFile',
    path: '/console/{file}',
    wildcard: true,
    summary: 'Scripts and styles of the console',
    respond: (c) => sendFile(c, FOLDER, c.req.param('file') ?? ''),
  },
];
