import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalPlatform } from '../support/local-platform.ts';
import type { ChaosFile } from './batch.ts';

export interface Doc {
  id: string;
  status: string;
  sha256: string;
  error: { code: string; message: string } | null;
}
export interface Listing<T> {
  items: T[];
  nextPageToken: string | null;
}

/** Asks again while the platform is away, as a client with an Idempotency-Key may. */
async function insist(platform: LocalPlatform, path: string, init: () => RequestInit): Promise<Response> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const answer = await platform.api(path, { ...init(), signal: AbortSignal.timeout(30_000) }).catch(() => null);
    const again = answer === null || answer.status >= 500 || answer.status === 409 || answer.status === 429;
    if (answer !== null && !again) return answer;
    if (Date.now() > deadline)
      throw new Error(`${path}: no answer in time, last ${answer?.status} ${await answer?.text()}`);
    await sleep(200);
  }
}

export async function upload(platform: LocalPlatform, file: ChaosFile, key: string): Promise<string> {
  const answer = await insist(platform, '/v1/documents', () => {
    const form = new FormData();
    form.set('file', new Blob([file.bytes]), file.name);
    return { method: 'POST', body: form, headers: { 'idempotency-key': key } };
  });
  if (answer.status !== 202) throw new Error(`upload answered ${answer.status}: ${await answer.text()}`);
  const { document }: { document: Doc } = JSON.parse(await answer.text());
  return document.id;
}

export async function getJson<T>(platform: LocalPlatform, path: string): Promise<T> {
  const answer = await insist(platform, path, () => ({}));
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  const body: T = JSON.parse(await answer.text());
  return body;
}

export async function postJson<T>(platform: LocalPlatform, path: string, body: unknown): Promise<T> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const answer = await insist(platform, path, () => init);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  const result: T = JSON.parse(await answer.text());
  return result;
}

export async function getBytes(platform: LocalPlatform, path: string): Promise<Uint8Array> {
  const answer = await insist(platform, path, () => ({}));
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return new Uint8Array(await answer.arrayBuffer());
}

export async function getText(platform: LocalPlatform, path: string): Promise<string> {
  const answer = await insist(platform, path, () => ({}));
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.text();
}

/** All pages of a list. */
export async function listAll<T>(platform: LocalPlatform, path: string): Promise<T[]> {
  const items: T[] = [];
  let token: string | null = null;
  do {
    const target = new URL(path, platform.url);
    target.searchParams.set('pageSize', '200');
    if (token !== null) target.searchParams.set('pageToken', token);
    const page: Listing<T> = await getJson(platform, target.pathname + target.search);
    items.push(...page.items);
    token = page.nextPageToken;
  } while (token !== null);
  return items;
}
