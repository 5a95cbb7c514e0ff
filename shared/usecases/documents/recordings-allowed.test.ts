import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUseCaseFixture, type UseCaseFixture } from '#tests/support/use-case-fixture.ts';
import { noMediaRedactor } from '../../adapters/support/no-media-redactor.ts';
import { documents, tenants } from '../../domain/collections.ts';
import { recordingInstructionsSchema } from '../../domain/redaction/media.ts';
import type { UseCaseContext } from '../context.ts';
import { updateTenantSettings } from '../tenants/update-settings.ts';
import { ingestDropped } from './ingest-dropped.ts';
import { discardUpload, ingestUpload, receiveUpload } from './upload.ts';

const WAV = Buffer.concat([Buffer.from('RIFF\x24\0\0\0WAVEfmt '), Buffer.alloc(28)]);
const INSTRUCTIONS = recordingInstructionsSchema.parse({ sounds: [{ from: 0, to: 1, how: 'mute' }] });

async function* once(bytes: Uint8Array) {
  yield bytes;
}

describe('a recording', () => {
  let fixture: UseCaseFixture;
  /** The same tenant on an installation without anything to redact recordings with. */
  let without: UseCaseContext;
  const want = async (recordings: boolean): Promise<void> => {
    const { store } = fixture.ctx.ports;
    const tenant = await store.get(tenants, { id: 'acme' });
    if (tenant === null) throw new Error('the fixture has a tenant');
    const settings = { ...tenant.data.settings, recordings };
    await store.put(tenants, { id: 'acme' }, { ...tenant.data, settings });
  };
  /** What an upload of the bytes is answered, and what is left of it. */
  const upload = async (ctx: UseCaseContext, bytes: Uint8Array, instructions = false) => {
    const documentId = `doc_${bytes.length}_${instructions}`;
    const object = await receiveUpload(ctx, { documentId, body: once(bytes) });
    const form = { documentId, object, filename: 'call.wav', metadata: {} };
    const code = await ingestUpload(ctx, { ...form, ...(instructions ? { recording: INSTRUCTIONS } : {}) }).then(
      () => 'taken',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );
    await discardUpload(ctx, { documentId });
    const kept = await ctx.ports.objects.list({ bucket: 'artifacts', limit: 10, cursor: null });
    return [code, kept.objects.length];
  };

  beforeAll(async () => {
    fixture = await createUseCaseFixture();
    const media = noMediaRedactor('this is a test of what is said then');
    without = { ...fixture.ctx, platform: { ...fixture.platform, media } };
  });
  afterAll(() => fixture.close());

  it('is refused while its tenant has not asked for recordings, however it comes', async () => {
    expect(await upload(fixture.ctx, WAV)).toEqual(['unsupported_media_type', 0]);
    expect(await upload(fixture.ctx, WAV, true)).toEqual(['unsupported_media_type', 0]);
    const key = 'night/call.wav';
    const { objects, store } = fixture.ctx.ports;
    const dropped = await objects.put({ bucket: 'incoming', key, mediaType: 'audio/wav', body: WAV });
    const file = { key, generation: dropped.generation, updatedAt: dropped.updatedAt, origin: 'bucket' as const };
    expect(await ingestDropped(fixture.ctx, file)).toBeNull();
    const { records } = await store.query(documents, {
      orderBy: [{ field: 'createdAt', direction: 'desc' }],
      limit: 5,
    });
    expect(records.map(({ data }) => [data.status, data.error?.code])).toEqual([['failed', 'unsupported_media_type']]);
    expect(records[0]?.data.error?.message).toContain('"recordings": true');
  });

  it('cannot be asked for where nothing redacts it, and is refused there before it is kept', async () => {
    await expect(updateTenantSettings(without, { recordings: true })).rejects.toMatchObject({ code: 'not_configured' });
    // Asked for when there was something.
    await want(true);
    expect(await upload(without, WAV)).toEqual(['not_configured', 0]);
    expect(await upload(without, WAV, true)).toEqual(['not_configured', 0]);
    await expect(updateTenantSettings(without, { recordings: false })).resolves.toMatchObject({ id: 'acme' });
  });
});
