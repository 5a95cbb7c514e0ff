import { describe, expect, it } from 'vitest';
import { readMultipart } from './multipart.ts';

const BOUNDARY = 'x-boundary';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

const part = (headers: string, value: string): string => `--${BOUNDARY}\r\n${headers}\r\n\r\n${value}\r\n`;
const field = (name: string, value: string): string => part(`Content-Disposition: form-data; name="${name}"`, value);
const file = (name: string, value: string, more = ''): string =>
  part(`Content-Disposition: form-data; name="file"; filename="${name}"${more}\r\nContent-Type: text/plain`, value);
const END = `--${BOUNDARY}--\r\n`;

async function* chunks(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const collect = async ({ filename, body }: { filename: string; body: AsyncIterable<Uint8Array> }) => {
  const parts: Uint8Array[] = [];
  for await (const chunk of body) parts.push(chunk);
  return { filename, text: Buffer.concat(parts).toString() };
};

const read = (text: string, type = TYPE) => readMultipart(chunks(text), type, collect);
const refused = (text: string, type = TYPE) =>
  expect(read(text, type)).rejects.toMatchObject({ name: 'RectoError', code: 'invalid_request' });

describe('readMultipart', () => {
  it('gives the file and the fields, whichever comes first', async () => {
    const form = await read(field('a', '1') + file('x.txt', 'hello '.repeat(1000)) + field('b', 'ü') + END);
    expect(form.file).toEqual({ filename: 'x.txt', text: 'hello '.repeat(1000) });
    expect([...form.fields]).toEqual([
      ['a', '1'],
      ['b', 'ü'],
    ]);
  });

  it('takes the extended file name', async () => {
    const form = await read(file('x', 'y', `; filename*=UTF-8''%e2%82%ac.txt`) + END);
    expect(form.file.filename).toMatch(/^(€\.txt|x)$/);
  });

  it('takes an empty file: whether that is allowed is not its question', async () => {
    expect((await read(file('x', '') + END)).file.text).toBe('');
  });

  it('refuses what is no whole form', async () => {
    await refused(file('x.txt', 'cut off'));
    await refused(`${file('x.txt', 'cut off').slice(0, -20)}`);
    await refused('');
    await refused('no form at all');
    await refused(file('x', 'y') + END, 'multipart/form-data');
    await refused(file('x', 'y') + END, 'multipart/form-data; boundary=');
  });

  it('refuses a second file, a name twice, a nameless part and a form without file', async () => {
    await refused(file('x', 'y') + file('z', 'y') + END);
    await refused(field('a', '1') + field('a', '2') + file('x', 'y') + END);
    await refused(field('a', '1') + END);
    await refused(field('file', 'no filename, so no file') + END);
    await refused(part('Content-Disposition: form-data; name="other"; filename="x"', 'y') + END);
  });

  it('refuses ten thousand parts and fields beyond their size', async () => {
    await refused(Array.from({ length: 10_000 }, (_, n) => field(`f${n}`, 'x')).join('') + file('x', 'y') + END);
    await refused(field('a', 'x'.repeat(9000)) + file('x', 'y') + END);
  });

  it('tells the consumer of the file when the form breaks off, and passes on what the consumer throws', async () => {
    let ended: unknown = null;
    const body = file('x.txt', 'a'.repeat(100_000)).slice(0, 50_000);
    const reading = readMultipart(chunks(body, 1000), TYPE, async (taken) => {
      try {
        return await collect(taken);
      } catch (error) {
        ended = error;
        throw error;
      }
    });
    await expect(reading).rejects.toMatchObject({ code: 'invalid_request' });
    expect(ended).not.toBeNull();

    const failing = readMultipart(chunks(file('x', 'a'.repeat(500_000)) + END, 1000), TYPE, async () => {
      throw new Error('disk on fire');
    });
    await expect(failing).rejects.toMatchObject({ code: 'internal' });
  });
});
