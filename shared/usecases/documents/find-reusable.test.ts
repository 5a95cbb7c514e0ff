import { afterEach, beforeEach, expect, it } from 'vitest';
import { createManualClock, type ManualClock } from '#tests/support/manual-clock.ts';
import { redactLines } from '#tests/support/redact-lines.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { runs } from '../../domain/collections.ts';
import type { UseCaseContext } from '../context.ts';
import { activatePolicy } from '../policies/activate.ts';
import { createPolicy, createPolicySchema } from '../policies/create.ts';
import { draftPolicy } from '../policies/update.ts';
import { onRunEnd } from '../runs/on-run-end.ts';
import { updateTenantSettings } from '../tenants/update-settings.ts';
import { type Ingested, ingestDocument } from './ingest.ts';
import { reprocessDocument } from './reprocess.ts';

const HOUR = 3_600_000;
const LINES = ['Dear quayside@hidden.example', 'see https://harbour.example/prices'];
let fixture: UseCaseFixture;
let clock: ManualClock;
let ctx: UseCaseContext;

/** A policy of which a second version applies from in one hour until in two. */
beforeEach(async () => {
  fixture = await createUseCaseFixture();
  clock = createManualClock(Date.now());
  ctx = { ...fixture.ctx, platform: { ...fixture.platform, clock } };
  const { id } = await createPolicy(ctx, createPolicySchema.parse({ name: 'Two' }));
  await draftPolicy(ctx, { id, default: { operator: 'remove' } });
  await activatePolicy(ctx, { id, version: 2, from: clock.now() + HOUR, to: clock.now() + 2 * HOUR });
  await updateTenantSettings(ctx, { policyId: id });
});
afterEach(() => fixture.close());

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(LINES.join('\n'));
}
const upload = (): Promise<Ingested> =>
  ingestDocument(ctx, { source: { kind: 'stream', body: bytes() }, filename: 'a.txt', origin: 'api' });

/** The step `redact` and the end of the run, as the engine would have them. */
async function finish({ documentId, runId }: { documentId: string; runId: string }): Promise<void> {
  const output = await redactLines(fixture, { documentId, runId, lines: LINES, clock });
  await ctx.ports.store.transaction(async (tx) => {
    const run = (await tx.get(runs, { id: runId }))?.data;
    const redact = run?.steps.redact;
    if (run === undefined || redact === undefined) throw new Error('no such run');
    await onRunEnd(tx, {
      run: { ...run, status: 'succeeded', steps: { ...run.steps, redact: { ...redact, output } } },
      ...{ tenantId: 'acme', now: clock.now(), enqueueRun: () => run },
    });
  });
}
const idsOf = ({ document, run }: Pick<Ingested, 'document' | 'run'>) => ({ documentId: document.id, runId: run.id });

it('a result is taken over by the same bytes under the same version of the policy', async () => {
  await finish(idsOf(await upload()));
  expect((await upload()).reused).toBe(true);
});

it('a document that came under one version and was redacted under the next is no result of either', async () => {
  const early = await upload();
  await clock.advance(HOUR);
  await finish(idsOf(early));
  expect((await upload()).reused).toBe(false);
  await clock.advance(HOUR);
  // The first version applies again: what the second one made must not pass for its work.
  expect((await upload()).reused).toBe(false);
});

it('a result that was made anew under another version is not taken for the old one', async () => {
  const first = await upload();
  await finish(idsOf(first));
  await clock.advance(HOUR);
  const again = await reprocessDocument(ctx, { documentId: first.document.id, cause: ['test'], origin: 'api' });
  await finish(idsOf(again));
  expect((await upload()).reused).toBe(true);
  await clock.advance(HOUR);
  expect((await upload()).reused).toBe(false);
});
