import { artifactId } from '../domain/artifact-id.ts';
import { artifacts } from '../domain/collections.ts';
import { RectoError } from '../domain/errors.ts';
import { type ExtractionResult, extractionResultSchema } from '../domain/extraction-result.ts';
import { PAGE_SEPARATOR } from '../domain/page.ts';
import { recordingType } from '../domain/recording-types.ts';
import { indexName } from '../domain/redaction/names.ts';
import type { SingleStep, StepContext } from '../engine/step.ts';
import { ownDocument, readText } from './support/artifacts.ts';
import { INDEXED } from './support/indexed-artifacts.ts';
import { stepTenant } from './support/limits.ts';

/** The artifacts that search may show: what the tenant's policy leaves, or the originals where the tenant says so. */
const SOURCES = {
  redacted: { text: 'redacted.txt', fields: 'redacted.json' },
  original: { text: 'text', fields: 'fields.json' },
} as const;

export const indexStep: SingleStep = {
  kind: 'index',
  pool: 'cpu',
  timeoutMs: 120_000,
  maxAttempts: 5,
  advisory: true,
  async run(ctx, input) {
    const { documentId } = input;
    if (documentId === null) throw new RectoError('invalid_request', 'An index step needs a document.');
    const [document, { settings }] = await Promise.all([
      ownDocument(ctx.ports.store, documentId, ctx.runId),
      stepTenant(ctx),
    ]);
    const source = SOURCES[settings.indexText];
    if (await isHeld(ctx, documentId, source.text)) {
      await ctx.ports.search.remove(documentId);
      return { output: { pages: 0 } };
    }
    const own = settings.indexText === 'redacted';
    // A recording without a transcript is found by its name.
    const nothing = recordingType(document.mediaType) === null ? null : '';
    const text = (await artifactText(ctx, documentId, source.text, own ? INDEXED.text : null)) ?? nothing;
    if (text === null)
      throw new RectoError('not_found', `The document ${documentId} has no artifact ${source.text} to index.`);
    const fields = await artifactText(ctx, documentId, source.fields, own ? INDEXED.fields : null);
    const pages = text.split(PAGE_SEPARATOR);
    await ctx.ports.search.index({
      documentId,
      filename: own ? indexName(document) : document.filename,
      mediaType: document.mediaType ?? 'application/octet-stream',
      documentType: document.documentType,
      pages,
      fields: fields === null ? {} : filterValues(extractionResultSchema.parse(JSON.parse(fields))),
      createdAt: document.createdAt,
    });
    // Looked at again: an erasure that began meanwhile may have passed the index by before the entry was there.
    await ownDocument(ctx.ports.store, documentId, ctx.runId).catch(async (error: unknown) => {
      if (error instanceof RectoError && error.code === 'not_found') await ctx.ports.search.remove(documentId);
      throw error;
    });
    return { output: { pages: pages.length } };
  },
};

/** What a person has yet to look at is not found either; the run that follows the review indexes it. */
async function isHeld(ctx: StepContext, documentId: string, name: string): Promise<boolean> {
  return (await ctx.ports.store.get(artifacts, { id: artifactId(documentId, name) }))?.data.held === true;
}

/** `instead` is taken where the run that made the artifact made it as well; one of an earlier run is out of date. */
async function artifactText(
  { ports }: StepContext,
  documentId: string,
  name: string,
  instead: string | null,
): Promise<string | null> {
  const artifact = await ports.store.get(artifacts, { id: artifactId(documentId, name) });
  if (artifact === null) return null;
  const other = instead === null ? null : await ports.store.get(artifacts, { id: artifactId(documentId, instead) });
  return readText(ports, other?.data.runId === artifact.data.runId ? other.data.key : artifact.data.key);
}

/** Normalized values by field name; money by its amount, so that `total >= 100` compares numbers. */
function filterValues(result: ExtractionResult): Record<string, string[]> {
  // A map: tenants name fields, and `constructor` is a name like any other.
  const values = new Map<string, string[]>();
  for (const { name, value } of result.fields) {
    const text = typeof value === 'object' ? value.amount : String(value);
    const known = values.get(name) ?? [];
    if (!known.includes(text)) values.set(name, [...known, text]);
  }
  return Object.fromEntries(values);
}
