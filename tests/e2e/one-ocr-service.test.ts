import { afterAll, beforeAll, expect, test } from 'vitest';
import { ended, sendOk } from '../support/documents-client.ts';
import { drawPage } from '../support/draw-page.ts';
import { type LocalPlatform, startLocalPlatform } from '../support/local-platform.ts';
import { memoryOfTree } from '../support/process-memory.ts';

let platform: LocalPlatform;
beforeAll(async () => {
  platform = await startLocalPlatform({});
});
afterAll(() => platform?.dispose());

test('an installation has one OCR service, whoever reads: the API while its caller waits, and the steps', async () => {
  const services = () => memoryOfTree(platform.pid).filter(({ command }) => command.includes('gpu-service'));
  expect(services()).toHaveLength(0);
  const png = (text: string) => new Uint8Array(drawPage([{ text, x: 40, y: 90, size: 40 }]).png);
  const form = new FormData();
  form.set('file', new File([png('Read at once')], 'page.png'));
  const answer = await platform.api('/v1/ocr', { method: 'POST', body: form });
  expect(await answer.text()).toContain('Read at once');
  const first = services();
  expect(first).toHaveLength(1);
  const id = await sendOk(platform, 'letter.png', png('Read in a step'));
  expect(await ended(platform, id)).toMatchObject({ status: 'ready' });
  expect(services().map(({ pid }) => pid)).toEqual(first.map(({ pid }) => pid));
}, 60_000);
