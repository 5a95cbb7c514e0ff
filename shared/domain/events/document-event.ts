import { createHash } from 'node:crypto';
import type { Document } from '../document.ts';
import type { JsonObject } from '../json.ts';
import type { CloudEvent } from '../records.ts';
import { namesFor } from '../redaction/names.ts';
import type { Run } from '../run.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** 26 characters of the id alphabet from a digest: an id that the same cause always gets again. */
export function digestId(prefix: string, ...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return `${prefix}_${Array.from(digest.subarray(0, 26), (byte) => ALPHABET.charAt(byte & 31)).join('')}`;
}

/**
 * What is told to the outside when a document's run has ended, as a CloudEvent 1.0. The id depends on the run and the way it
 * ended alone, so telling twice tells the same. Holds states, counts, and names as the policy leaves them for webhooks; never
 * content.
 */
export function documentEvent(params: {
  run: Run;
  document: Document;
  tenantId: string;
  /** When the run ended, epoch ms. */
  now: number;
}): CloudEvent & JsonObject {
  const { run, document, tenantId, now } = params;
  const processed = run.status === 'succeeded' || run.status === 'partial';
  const type = processed ? 'document.processed' : 'document.failed';
  // A run that is retried ends again: its revision tells one end from the next.
  const names = namesFor(document, 'webhook');
  const id = digestId('evt', tenantId, run.id, String(run.revision), type);
  return {
    specversion: '1.0',
    id,
    source: `/v1/documents/${document.id}`,
    type,
    subject: document.id,
    time: new Date(now).toISOString(),
    datacontenttype: 'application/json',
    tenantid: tenantId,
    data: {
      documentId: document.id,
      runId: run.id,
      batchId: run.batchId,
      requestId: run.origin.requestId,
      status: document.status,
      runStatus: run.status,
      filename: names.filename,
      mediaType: document.mediaType,
      documentType: document.documentType,
      pages: document.pages,
      error: document.error === null ? null : { code: document.error.code, message: document.error.message },
      metadata: names.metadata,
    },
  };
}
