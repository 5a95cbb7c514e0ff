import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type CloudPlatform, startCloudPlatform } from '../support/cloud-platform.ts';
import { ended, sendOk, textOf } from '../support/documents-client.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let cloud: CloudPlatform;
beforeAll(async () => {
  cloud = await startCloudPlatform();
});
afterAll(() => cloud?.dispose());

test('an upload is processed', async () => {
  const id = await sendOk(
    cloud,
    'letter.txt',
    'Dear reader, the zeppelin leaves at noon. Write to jane.roe@example.com.',
  );
  expect(await ended(cloud, id)).toMatchObject({ status: 'ready' });
  expect(await textOf(cloud, id)).toContain('zeppelin');
});
