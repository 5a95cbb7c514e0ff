import { expect, it } from 'vitest';
import { CUT_OFF_TIFFS, HOSTILE_TIFFS, MISLEADING_TIFFS } from '#tests/corpus/hostile-tiffs.ts';
import { cmykTiff, rawTiff } from '#tests/support/raw-tiff.ts';
import { decodeImage } from './decode.ts';

it.each([['that is followed by itself', rawTiff({ next: 8 })], ...MISLEADING_TIFFS])(
  'a TIFF %s is read as the one picture that it has',
  async (_name, bytes) => {
    const { width, height, data } = await decodeImage(bytes, 1e6);
    expect([width, height, data[0]]).toEqual([8, 8, 0x80]);
  },
);

it.each(HOSTILE_TIFFS)('a TIFF with %s is refused', async (_name, bytes) => {
  await expect(decodeImage(bytes, 1e8)).rejects.toMatchObject({ code: 'file_corrupt' });
});

it.each(CUT_OFF_TIFFS)('a TIFF with %s is cut off', async (_name, bytes) => {
  await expect(decodeImage(bytes, 1e8)).rejects.toMatchObject({
    code: expect.stringMatching(/^file_(truncated|corrupt)$/),
  });
});

it('a TIFF of ink, as printers save it, is read in its colours', async () => {
  const { data } = await decodeImage(cmykTiff([0, 255, 51, 51]), 1e6);
  expect([...data.subarray(252)]).toEqual([204, 0, 163, 255]);
});
