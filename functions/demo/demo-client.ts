import { openAsBlob } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { extractionResultSchema } from '../../shared/domain/extraction-result.ts';
import { isTerminal } from '../../shared/domain/run.ts';
import { type DocumentView, documentViewSchema } from '../../shared/usecases/documents/view.ts';
import { type RunView, runViewSchema } from '../../shared/usecases/runs/view.ts';

const POLL_MS = 200;
const MOST_LIST_PAGES = 10;

const uploadedSchema = z.object({ document: documentViewSchema, run: runViewSchema });
const listedSchema = z.object({ items: z.array(documentViewSchema), nextPageToken: z.string().nullable() });
const entitiesSchema = z.object({ entities: z.array(z.object({ operator: z.string() })) });
const problemSchema = z.object({ detail: z.string().optional(), title: z.string().optional() });

/** The few calls of the HTTP API that the first run makes; it knows the platform no other way. */
export class DemoClient {
  readonly #baseUrl: string;
  readonly #apiKey: string;
  readonly #signal: AbortSignal;

  constructor(params: { baseUrl: string; apiKey: string; signal: AbortSignal }) {
    this.#baseUrl = params.baseUrl;
    this.#apiKey = params.apiKey;
    this.#signal = params.signal;
  }

  async #call(target: string, init: RequestInit = {}): Promise<Response> {
    const response = await fetch(new URL(target, this.#baseUrl), {
      ...init,
      headers: { authorization: `Bearer ${this.#apiKey}` },
      signal: this.#signal,
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    throw new Error(problem.data?.detail ?? problem.data?.title ?? `the platform answered ${response.status}`);
  }

  async #text(documentId: string, artifact: string): Promise<string> {
    return (await this.#call(`/v1/documents/${documentId}/artifacts/${artifact}`)).text();
  }

  /** The documents of earlier starts, newest first. */
  async documents(): Promise<DocumentView[]> {
    const found: DocumentView[] = [];
    let token: string | null = '';
    for (let page = 0; page < MOST_LIST_PAGES && token !== null; page++) {
      const query = new URLSearchParams({ pageSize: '200', ...(token === '' ? {} : { pageToken: token }) });
      const listed = listedSchema.parse(await (await this.#call(`/v1/documents?${query}`)).json());
      found.push(...listed.items);
      token = listed.nextPageToken;
    }
    return found;
  }

  async upload(file: string): Promise<DocumentView> {
    const form = new FormData();
    form.set('file', await openAsBlob(file), path.basename(file));
    const response = await this.#call('/v1/documents', { method: 'POST', body: form });
    return uploadedSchema.parse(await response.json()).document;
  }

  /** The run at each look, until it has ended. */
  async *follow(runId: string): AsyncGenerator<RunView> {
    for (;;) {
      const run = runViewSchema.parse(await (await this.#call(`/v1/runs/${runId}`)).json());
      yield run;
      if (isTerminal(run.status)) return;
      await sleep(POLL_MS, undefined, { signal: this.#signal });
    }
  }

  async document(id: string): Promise<DocumentView> {
    return documentViewSchema.parse(await (await this.#call(`/v1/documents/${id}`)).json());
  }

  async fieldCount(documentId: string): Promise<number> {
    return extractionResultSchema.parse(JSON.parse(await this.#text(documentId, 'fields.json'))).fields.length;
  }

  /** How many places the privacy policy changed. */
  async redactedCount(documentId: string): Promise<number> {
    const { entities } = entitiesSchema.parse(JSON.parse(await this.#text(documentId, 'entities.json')));
    return entities.filter(({ operator }) => operator !== 'keep').length;
  }
}
