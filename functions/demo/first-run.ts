import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DocumentView } from '../../shared/usecases/documents/view.ts';
import { DemoClient } from './demo-client.ts';
import { whereNext } from './next-steps.ts';
import { colour, describe, type Output, ProgressView } from './progress-view.ts';
import { resultTable, type SampleResult } from './result-table.ts';

const NOT_SAMPLES = new Set(['README.md', 'expected.json']);
/** The most that all samples together may take. */
const DEADLINE_MS = 10 * 60 * 1000;

export interface FirstRunParams {
  /** Of the running platform, e.g. `http://127.0.0.1:8080`. */
  baseUrl: string;
  apiKey: string;
  samplesDir: string;
  out: Output;
  /** Stops following; the platform goes on with what it has taken in. */
  signal: AbortSignal;
  /** For the hints at the end: where the key is kept and where files may be dropped. */
  keyFile: string;
  dropFolder: string;
}

/**
 * Takes the samples in through the HTTP API, shows how they fare, then a table of what became of them and where to look
 * next. A sample that an earlier start processed is shown, not processed again. `ok` when every one succeeded.
 */
export async function runFirstRun(params: FirstRunParams): Promise<{ ok: boolean }> {
  const { out } = params;
  const files = (await readdir(params.samplesDir)).filter((name) => !NOT_SAMPLES.has(name) && !name.startsWith('.'));
  const signal = AbortSignal.any([params.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const client = new DemoClient({ baseUrl: params.baseUrl, apiKey: params.apiKey, signal });
  const earlier = await client.documents();
  const known = new Set(earlier.map(({ filename }) => filename));
  const fresh = files.some((name) => !known.has(name));
  out.write(fresh ? `\nProcessing ${files.length} samples\n\n` : '\nThe samples, as an earlier start took them in\n\n');
  const view = new ProgressView(out, files);
  const results = await Promise.all(
    files.map((name) => {
      const file = path.join(params.samplesDir, name);
      const progress = (state: string): void => {
        if (!params.signal.aborted) view.update(name, state);
      };
      return processSample({ client, file, earlier, progress });
    }),
  );
  if (params.signal.aborted) {
    out.write('\nStopped. What was taken in is carried on at the next start.\n');
    return { ok: false };
  }
  const paint = out.isTTY === true ? colour : undefined;
  out.write(`\n${resultTable(results, paint).join('\n')}\n\n${whereNext(params).join('\n')}\n\n`);
  return { ok: results.length > 0 && results.every(({ status }) => status === 'ready') };
}

/** A document with this name and these bytes that did not fail. */
async function findEarlier(file: string, earlier: readonly DocumentView[]): Promise<DocumentView | null> {
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const same = (item: DocumentView): boolean =>
    item.filename === path.basename(file) && item.sha256 === sha256 && item.status !== 'failed';
  return earlier.find(same) ?? null;
}

async function processSample(params: {
  client: DemoClient;
  file: string;
  earlier: readonly DocumentView[];
  progress: (state: string) => void;
}): Promise<SampleResult> {
  const { client, file, progress } = params;
  const result: SampleResult = {
    file: path.basename(file),
    documentType: null,
    pages: null,
    fields: null,
    redacted: null,
    seconds: null,
    status: 'failed',
    error: null,
  };
  try {
    const { id, runId } = (await findEarlier(file, params.earlier)) ?? (await client.upload(file));
    if (runId !== null)
      for await (const run of client.follow(runId)) {
        progress(describe(run));
        if (run.endedAt !== null) result.seconds = (run.endedAt - run.createdAt) / 1000;
      }
    const document = await client.document(id);
    result.status = document.status;
    result.documentType = document.documentType;
    result.pages = document.pages;
    result.error = document.error?.message ?? null;
    if (document.status === 'ready' || document.status === 'partial') {
      result.fields = await client.fieldCount(id);
      result.redacted = await client.redactedCount(id);
    }
  } catch (error) {
    result.error = error instanceof Error ? error.message : String(error);
    progress('failed');
  }
  return result;
}
