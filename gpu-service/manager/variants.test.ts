import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { drawPage } from '#tests/support/draw-page.ts';
import { decodeImage } from '../ocr/decode.ts';
import { PageReader } from '../ocr/page-reader.ts';
import { variantsIn } from './variants.ts';
import { verifiedFiles } from './verified-files.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'recto-variants-'));
afterAll(() => rmSync(folder, { recursive: true }));
const quiet = (): void => undefined;

it('runs in 16 bits when told to, and says so', async () => {
  const files = await verifiedFiles('ppocr-v6', variantsIn(folder, { provider: 'cuda', precision: 'fp16' }, quiet));
  expect(files.version).toBe('PP-OCRv6_tiny_det:fp16+PP-OCRv6_tiny_rec:fp16+PP-OCRv6_small_rec:fp16');
  const reader = await PageReader.open(files);
  const { png } = drawPage([{ text: 'Half as long', x: 40, y: 90, size: 40 }], { width: 420, height: 130 });
  const { words } = await reader.read(await decodeImage(png, 1e6));
  await reader.close();
  expect(words.map((word) => word.text)).toEqual(['Half', 'as', 'long']);
});

it('keeps int8 to CPUs', async () => {
  const files = await verifiedFiles('ppocr-v6', variantsIn(folder, { provider: 'cuda', precision: 'int8' }, quiet));
  expect(files.version).toBe('PP-OCRv6_tiny_det+PP-OCRv6_tiny_rec+PP-OCRv6_small_rec');
});

it('names what runs, also where the variant that was wanted cannot be made', async () => {
  const plan = { provider: 'cpu', precision: 'fp32' } as const;
  const { version } = await verifiedFiles('ppocr-v6-latin', variantsIn(folder, plan, quiet));
  expect(version).toBe('PP-OCRv6_tiny_det+PP-OCRv6_tiny_rec:latin+PP-OCRv6_small_rec:latin');
  const said: string[] = [];
  const log = (_level: string, message: string): void => void said.push(message);
  const nowhere = variantsIn('/dev/null/none', plan, log);
  expect((await verifiedFiles('ppocr-v6-latin', nowhere)).version).toBe(
    'PP-OCRv6_tiny_det+PP-OCRv6_tiny_rec+PP-OCRv6_small_rec',
  );
  expect(said).toHaveLength(3);
});
