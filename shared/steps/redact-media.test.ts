import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MEDIA_LEFT_OUT, makeTone } from '#tests/support/media-files.ts';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { artifactId } from '../domain/artifact-id.ts';
import { artifacts, documents } from '../domain/collections.ts';
import { recordingInstructionsSchema } from '../domain/redaction/media.ts';
import { redactionReportSchema } from '../domain/redaction/report.ts';
import { ingestUpload, receiveUpload } from '../usecases/documents/upload.ts';
import { createPolicy, createPolicySchema } from '../usecases/policies/create.ts';
import { updateTenantSettings } from '../usecases/tenants/update-settings.ts';
import { redactMediaStep } from './redact-media.ts';
import { readText } from './support/artifacts.ts';
import { namesOfReused } from './support/redacted-names.ts';

const LONG = 60_000;
const WORDS = ['ask', 'amelia.quill@harbour.example', 'now'];
const transcript = { words: WORDS.map((text, at) => ({ text, from: at, to: at + 0.8 })) };

describe.skipIf(MEDIA_LEFT_OUT)('the redaction of a recording', { timeout: LONG }, () => {
  let fixture: UseCaseFixture;
  let folder: string;
  let wav: Buffer;
  let sent = 0;

  /** Takes the recording in and runs the step; the names of its artifacts, held ones with a star. */
  const run = async (instructions: object, documentId = `doc_${++sent}`) => {
    const { ctx } = fixture;
    const known = await ctx.ports.store.get(documents, { id: documentId });
    if (known === null) {
      const body = (async function* () {
        yield wav;
      })();
      const object = await receiveUpload(ctx, { documentId, body });
      const recording = recordingInstructionsSchema.parse(instructions);
      await ingestUpload(ctx, { documentId, object, filename: 'call.wav', metadata: {}, recording });
    }
    const document = (await ctx.ports.store.get(documents, { id: documentId }))?.data;
    const input = { documentId, sourceKey: document?.sourceKey ?? '', mediaType: 'audio/wav', filename: 'call.wav' };
    const step = fixture.stepContext({ runId: document?.runId ?? '', stepId: 'redact', attempt: ++sent });
    const { commit } = await redactMediaStep.run(step, {
      ...{ documentId, config: {}, outputs: {} },
      run: { ...input, passwordSecret: null },
    });
    await ctx.ports.store.transaction(async (tx) => commit?.(tx));
    const { records } = await ctx.ports.store.query(artifacts, {
      where: [{ field: 'documentId', op: '==', value: documentId }],
      limit: 20,
    });
    return { documentId, names: records.map(({ data }) => `${data.name}${data.held ? '*' : ''}`).sort() };
  };
  const textOf = async (documentId: string, name: string): Promise<string> => {
    const found = await fixture.ctx.ports.store.get(artifacts, { id: artifactId(documentId, name) });
    return readText(fixture.ctx.ports, found?.data.key ?? '');
  };
  const report = async (documentId: string) =>
    redactionReportSchema.parse(JSON.parse(await textOf(documentId, 'entities.json')));
  const choose = async (policy: object | null): Promise<void> => {
    const made =
      policy === null ? null : await createPolicy(fixture.ctx, createPolicySchema.parse({ name: 'x', ...policy }));
    await updateTenantSettings(fixture.ctx, { policyId: made?.id ?? 'default' });
  };

  beforeAll(async () => {
    fixture = await createUseCaseFixture();
    folder = mkdtempSync(path.join(tmpdir(), 'recto-media-step-'));
    makeTone(folder, 'call.wav', 3);
    wav = readFileSync(path.join(folder, 'call.wav'));
    await updateTenantSettings(fixture.ctx, { recordings: true, reuseTtlSeconds: 0 });
  }, LONG);
  afterAll(async () => {
    await fixture.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('makes nothing where nobody has asked for anything, and takes away what an older policy made', async () => {
    await choose({ media: {} });
    const { documentId, names } = await run({});
    expect(names).toEqual(['entities.json', 'redacted.m4a']);
    await choose(null);
    expect((await run({}, documentId)).names).toEqual(['entities.json']);
    expect(await report(documentId)).toMatchObject({ outputs: [], recording: { made: null, sounds: [] } });
  });

  it('goes by the rules for recordings, and by others for the text', async () => {
    const email = { entities: ['EMAIL_ADDRESS'], operator: { operator: 'keep' } };
    await choose({ media: { spoken: 'bleep' }, rules: [{ ...email, artifacts: ['recording'] }] });
    const kept = await run({ transcript });
    expect((await report(kept.documentId)).recording).toMatchObject({ sounds: [], made: { sound: true } });
    expect(await textOf(kept.documentId, 'redacted.txt')).toBe('ask <EMAIL_ADDRESS> now');
    await choose({ media: { spoken: 'bleep' }, rules: [{ ...email, artifacts: ['text'] }] });
    const said = await run({ transcript });
    expect(await textOf(said.documentId, 'redacted.txt')).toBe(WORDS.join(' '));
    expect((await report(said.documentId)).recording?.sounds).toEqual([
      { from: 0.85, to: 1.95, how: 'bleep', because: 'transcript' },
    ]);
    await choose(null);
  });

  it('is held back where the policy wants a person to look, the report is not', async () => {
    const rule = { entities: ['EMAIL_ADDRESS'], operator: { operator: 'replace' }, review: true };
    await choose({ rules: [rule] });
    const { documentId, names } = await run({ transcript });
    expect(names).toEqual(['entities.json', 'redacted.m4a*', 'redacted.txt*', 'text', 'transcript.json']);
    expect((await report(documentId)).review).toEqual({ types: ['EMAIL_ADDRESS'], done: false });
    await choose(null);
  });

  it('knows the names of a recording that takes over what was made of it', async () => {
    for (const said of [{ transcript }, {}]) {
      const { documentId } = await run(said);
      const from = (await fixture.ctx.ports.store.get(documents, { id: documentId }))?.data;
      if (from === undefined) throw new Error('no document');
      const document = { ...from, id: 'doc_other', filename: 'amelia.quill@harbour.example on the berth.wav' };
      const told = await namesOfReused(fixture.stepContext({ runId: 'run_1', stepId: 'reuse' }), { document, from });
      expect(told?.shown.filename).toBe('EMAIL_ADDRESS on the berth.wav');
    }
  });

  it('fails where the policy takes out what nothing here finds in a picture', async () => {
    await choose({ media: {}, entities: { FACE: { operator: 'remove' } } });
    await expect(run({})).rejects.toMatchObject({ code: 'recognizer_unavailable' });
    await choose(null);
  });
});
