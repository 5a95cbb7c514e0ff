import { readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { eventually, type LocalPlatform } from './local-platform.ts';

/** Whatever answers the API. */
type Called = Pick<LocalPlatform, 'api'>;

const errorSchema = z.object({ code: z.string(), message: z.string() });
export const documentSchema = z.object({
  id: z.string(),
  filename: z.string(),
  mediaType: z.string().nullable(),
  status: z.string(),
  sha256: z.string().nullable(),
  runId: z.string().nullable(),
  reusedFrom: z.string().nullable(),
  error: errorSchema.nullable(),
});
export type DocumentSeen = z.infer<typeof documentSchema>;

const stepSchema = z.object({
  id: z.string(),
  status: z.string(),
  attempt: z.number(),
  attempts: z.array(z.object({ number: z.number(), error: errorSchema.nullable() })),
});
export const runSchema = z.object({
  id: z.string(),
  status: z.string(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  steps: z.array(stepSchema),
});
export type RunSeen = z.infer<typeof runSchema>;

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string().regex(/^[a-z_]+$/),
  requestId: z.string(),
});
export type ProblemSeen = z.infer<typeof problemSchema>;

const takenSchema = z.object({ document: documentSchema, run: runSchema, reused: z.boolean() });

export interface Upload {
  status: number;
  /** Set when it was taken in. */
  taken: z.infer<typeof takenSchema> | null;
  /** Set when it was refused. */
  problem: ProblemSeen | null;
}

/** Uploads a form; an answer that is neither a document nor a problem throws. */
export async function send(
  platform: Called,
  name: string,
  bytes: Uint8Array | string,
  options: { key?: string; fields?: Record<string, string> } = {},
): Promise<Upload> {
  const form = new FormData();
  for (const [field, value] of Object.entries(options.fields ?? {})) form.set(field, value);
  form.set('file', new Blob([Uint8Array.from(Buffer.from(bytes))]), name);
  const headers: Record<string, string> = options.key === undefined ? {} : { 'idempotency-key': options.key };
  const answer = await platform.api('/v1/documents', { method: 'POST', body: form, headers });
  const body: unknown = await answer.json();
  return answer.status === 202
    ? { status: 202, taken: takenSchema.parse(body), problem: null }
    : { status: answer.status, taken: null, problem: problemSchema.parse(body) };
}

/** The id of a document that was taken in; throws with the problem when it was refused. */
export async function sendOk(platform: Called, name: string, bytes: Uint8Array | string): Promise<string> {
  const { taken, problem } = await send(platform, name, bytes);
  if (taken === null) throw new Error(`${name} was refused: ${problem?.code} ${problem?.detail}`);
  return taken.document.id;
}

export async function getDocument(platform: Called, id: string): Promise<DocumentSeen> {
  return documentSchema.parse(await (await platform.api(`/v1/documents/${id}`)).json());
}

export async function getRun(platform: Called, id: string): Promise<RunSeen> {
  return runSchema.parse(await (await platform.api(`/v1/runs/${id}`)).json());
}

export const hasEnded = (document: DocumentSeen): boolean => !['uploading', 'processing'].includes(document.status);

/** The document in its last state. */
export const ended = (platform: Called, id: string, timeoutMs = 60_000): Promise<DocumentSeen> =>
  eventually(() => getDocument(platform, id), hasEnded, timeoutMs);

export async function textOf(platform: Called, id: string): Promise<string> {
  const answer = await platform.api(`/v1/documents/${id}/artifacts/text`);
  if (!answer.ok) throw new Error(`the text of ${id}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

export async function listDocuments(platform: Called): Promise<DocumentSeen[]> {
  const answer = await platform.api('/v1/documents?pageSize=200');
  return z.object({ items: z.array(documentSchema) }).parse(await answer.json()).items;
}

const readinessSchema = z.object({
  ready: z.boolean(),
  dependencies: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string().nullable() })),
});

/** What `/readyz` says, with its HTTP status. */
export async function readiness(platform: Called) {
  const answer = await platform.api('/readyz');
  return { status: answer.status, ...readinessSchema.parse(await answer.json()) };
}

/** The value of the first series of a metric that has all these labels (`name="value"`); 0 when it was never written. */
export async function metric(platform: Called, name: string, ...labels: string[]): Promise<number> {
  const text = await (await platform.api('/metrics')).text();
  const series = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const line = series.find((each) => labels.every((label) => each.includes(label)));
  return line === undefined ? 0 : Number(line.split(' ').at(-1));
}

/** Every file below a folder, relative, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}
