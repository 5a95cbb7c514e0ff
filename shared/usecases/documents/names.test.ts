import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { redactLines } from '#tests/support/redact-lines.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { documents } from '../../domain/collections.ts';
import type { Document } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import type { Scope } from '../../domain/principal.ts';
import { namesFor } from '../../domain/redaction/names.ts';
import { reuseStep } from '../../steps/reuse.ts';
import type { UseCaseContext } from '../context.ts';
import { type CreatePolicy, createPolicy, createPolicySchema } from '../policies/create.ts';
import { updateTenantSettings } from '../tenants/update-settings.ts';
import { exportDocument } from './export.ts';
import { ingestDocument } from './ingest.ts';
import { documentView } from './view.ts';

const LINES = ['To quayside@hidden.example', 'Card: 4111 1111 1111 1111'];
const NAME = 'quayside@hidden.example card 4111111111111111.txt';
const keep = { operator: 'keep' } as const;

let fixture: UseCaseFixture;
beforeEach(async () => {
  fixture = await createUseCaseFixture();
});
afterEach(() => fixture.close());

const acting = (over: Partial<UseCaseContext>): UseCaseContext => ({ ...fixture.ctx, ...over });
const asking = (...scopes: Scope[]): UseCaseContext => acting({ principal: { ...fixture.ctx.principal, scopes } });
const usePolicy = async (rules: CreatePolicy['rules']): Promise<void> => {
  const { id } = await createPolicy(fixture.ctx, createPolicySchema.parse({ name: 'Own', rules }));
  await updateTenantSettings(fixture.ctx, { policyId: id });
};
async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const FROM = { from: 'quayside@hidden.example' };
const take = (filename = NAME, ctx = fixture.ctx, metadata: Document['metadata'] = FROM) =>
  ingestDocument(ctx, {
    ...{ source: { kind: 'stream', body: bytes(LINES.join('\n')) }, origin: 'api', filename },
    metadata,
  });
const stored = async ({ id }: Document): Promise<Document> => {
  const found = await fixture.ctx.ports.store.get(documents, { id });
  if (found === null) throw new Error('no document');
  return found.data;
};
const processed = async (filename = NAME): Promise<Document> => {
  const { document, run } = await take(filename);
  await redactLines(fixture, { documentId: document.id, runId: run.id, lines: LINES });
  return stored(document);
};

describe('names of a document', () => {
  it('have rules of their own for search and webhooks', async () => {
    await usePolicy([
      { artifacts: ['webhook'], entities: ['CREDIT_CARD'], operator: keep, review: false },
      { artifacts: ['index'], entities: ['CREDIT_CARD'], operator: { operator: 'remove' }, review: false },
    ]);
    expect((await processed()).redactedNames).toEqual({
      shown: { filename: 'EMAIL_ADDRESS card CREDIT_CARD.txt', metadata: { from: '<EMAIL_ADDRESS>' } },
      index: 'EMAIL_ADDRESS card.txt',
      webhook: {
        filename: 'EMAIL_ADDRESS card 4111111111111111.txt',
        metadata: { from: '<EMAIL_ADDRESS>' },
      },
    });
  });

  it('are shown as the strictest of the redacted artifacts has them', async () => {
    await usePolicy([
      { artifacts: ['text', 'fields'], entities: ['CREDIT_CARD', 'EMAIL_ADDRESS'], operator: keep, review: false },
      { artifacts: ['pdf'], entities: ['CREDIT_CARD'], operator: keep, review: false },
    ]);
    expect((await processed()).redactedNames?.shown.filename).toBe('EMAIL_ADDRESS card 4111111111111111.txt');
  });

  it('are those of its audience in an export for one', async () => {
    await usePolicy([{ audiences: ['auditor'], entities: ['CREDIT_CARD'], operator: keep, review: false }]);
    const document = await processed();
    const named = async (ctx: UseCaseContext, audience: string | undefined): Promise<string> =>
      (await exportDocument(ctx, { documentId: document.id, format: 'json', original: false, audience })).filename;
    const owner = asking('documents:read', 'documents:original');
    expect(await named(owner, 'auditor')).toBe('EMAIL_ADDRESS card 4111111111111111.json');
    expect(await named(owner, undefined)).toBe('EMAIL_ADDRESS card CREDIT_CARD.json');
    expect(await named(asking('documents:read'), 'auditor')).toBe('EMAIL_ADDRESS card CREDIT_CARD.json');
  });

  it('are told by nobody while a person has to look first', async () => {
    await usePolicy([{ entities: ['EMAIL_ADDRESS'], operator: { operator: 'replace' }, review: true }]);
    const { document } = await take();
    expect(document.redactedNames).toBeNull();
    const done = await processed('letter.txt');
    expect(done.redactedNames).toBeNull();
    expect(documentView(asking('documents:read'), done)).toMatchObject({ filename: 'document.txt', metadata: {} });
  });

  it('are told as they came to whoever may see originals alone', async () => {
    const { document } = await take();
    expect(documentView(asking('documents:read', 'documents:original'), document)).toMatchObject({
      ...{ filename: NAME, metadata: { from: 'quayside@hidden.example' } },
    });
    const view = documentView(asking('documents:read'), document);
    expect(JSON.stringify(view)).not.toMatch(/quayside|41111/);
    expect(view.filename).toBe('EMAIL_ADDRESS card ____________1111.txt');
  });

  it('say the kind of file alone where a recognizer is missing, and the document is taken in all the same', async () => {
    const { ports } = fixture.ctx;
    const gone = new RectoError('recognizer_unavailable', 'The model is gone.');
    const recognizers = { ...ports.recognizers, local: () => Promise.reject(gone) };
    const { document } = await take(NAME, acting({ ports: { ...ports, recognizers } }));
    expect(namesFor(document, 'webhook')).toEqual({ filename: 'document.txt', metadata: {} });
  });

  it('that took over finished results lose what that document holds, whatever they are called themselves', async () => {
    const source = await processed('letter.txt');
    const { store } = fixture.ctx.ports;
    await store.put(documents, { id: source.id }, { ...source, status: 'ready' });
    // Found in no name by itself: only the document says that it is part of an address.
    const { document, run } = await take('QUAYSIDE hidden example 2.txt', fixture.ctx, {});
    expect(document.redactedNames?.shown.filename).toBe('QUAYSIDE hidden example 2.txt');
    const result = await reuseStep.run(fixture.stepContext({ runId: run.id }), {
      ...{ run: { reuseFrom: source.id, reuseFromRun: source.runId }, documentId: document.id },
      ...{ config: {}, outputs: {} },
    });
    await store.transaction(async (tx) => result.commit?.(tx));
    expect((await stored(document)).redactedNames?.shown.filename).toBe('EMAIL_ADDRESS 2.txt');
  });

  it('are no part of what a run is told', async () => {
    const { run } = await take();
    expect(run.input).toMatchObject({ filename: 'document.txt' });
  });
});
