import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putDocument } from '#tests/support/put-document.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { artifactId } from '../domain/artifact-id.ts';
import { artifacts } from '../domain/collections.ts';
import { reuseStep } from './reuse.ts';
import { commitArtifacts, writeArtifact } from './support/artifacts.ts';

let fixture: UseCaseFixture;
beforeAll(async () => {
  fixture = await createUseCaseFixture();
});
afterAll(() => fixture.close());

const store = () => fixture.ctx.ports.store;

async function write(documentId: string, runId: string, body: string) {
  const params = { documentId, name: 'redacted.txt', mediaType: 'text/plain', body, sensitive: false };
  const artifact = await writeArtifact(fixture.stepContext({ runId }), params);
  await store().transaction((tx) => commitArtifacts(tx, [artifact]));
  return artifact;
}

describe('a run that is taken up again after a newer one', () => {
  it('does not put its results in the place of the newer ones', async () => {
    await putDocument(store(), { id: 'doc_a', runId: 'run_new' });
    await write('doc_a', 'run_new', 'by the stricter policy');
    await expect(write('doc_a', 'run_old', 'by the old policy')).rejects.toMatchObject({ code: 'conflict' });
    const kept = await store().get(artifacts, { id: artifactId('doc_a', 'redacted.txt') });
    expect(kept?.data.runId).toBe('run_new');
  });
});

describe('a reuse whose source is processed again meanwhile', () => {
  it('fails, so that the document is processed afresh instead of getting some of each', async () => {
    await putDocument(store(), { id: 'doc_source', runId: 'run_1' });
    await write('doc_source', 'run_1', 'text');
    await putDocument(store(), { id: 'doc_source', runId: 'run_1', status: 'ready' });
    await putDocument(store(), { id: 'doc_target', runId: 'run_2' });
    const result = await reuseStep.run(fixture.stepContext({ runId: 'run_2' }), {
      run: { reuseFrom: 'doc_source', reuseFromRun: 'run_1' },
      documentId: 'doc_target',
      config: {},
      outputs: {},
    });
    await putDocument(store(), { id: 'doc_source', runId: 'run_3', status: 'ready' });
    await expect(store().transaction(async (tx) => result.commit?.(tx))).rejects.toMatchObject({ code: 'not_found' });
  });
});
