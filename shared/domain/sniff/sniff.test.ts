import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { picture, pngClaiming, tiff } from '#tests/corpus/image-files.ts';
import { docx, paragraph } from '#tests/corpus/office-files.ts';
import { zipFile } from '#tests/corpus/zip-file.ts';
import { RectoError } from '../errors.ts';
import { recordingType } from '../recording-types.ts';
import type { ByteReader } from './byte-reader.ts';
import { sniff } from './sniff.ts';

const LIMITS = { maxPages: 100, maxPixels: 1_000_000, maxExpandedBytes: 10_000_000, maxArchiveRatio: 100 };
const reader = (data: Uint8Array | string): ByteReader => {
  const bytes = Buffer.from(data);
  return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
};
const look = (data: Uint8Array | string) =>
  sniff(reader(data), LIMITS, (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength }));
const code = (data: Uint8Array | string) =>
  look(data).then(
    (found) => found.mediaType,
    (error: unknown) => (error instanceof RectoError ? error.code : error),
  );
const odt = (manifest: string) =>
  zipFile([
    { name: 'mimetype', data: 'application/vnd.oasis.opendocument.text', stored: true },
    { name: 'META-INF/manifest.xml', data: manifest },
  ]);

describe('the type of a file', () => {
  it.each([
    ['a PDF', '%PDF-1.7\n', 'application/pdf'],
    ['a PDF after other bytes', `${'\0'.repeat(900)}%PDF-1.7`, 'application/pdf'],
    ['a PNG', picture('png'), 'image/png'],
    ['a JPEG', picture('jpeg'), 'image/jpeg'],
    ['a WebP', picture('webp'), 'image/webp'],
    ['a TIFF', tiff(2), 'image/tiff'],
    [
      'a Word document',
      docx({ body: paragraph('x') }),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    ],
    ['an OpenDocument text', odt('<manifest/>'), 'application/vnd.oasis.opendocument.text'],
    ['RTF', '{\\rtf1\\ansi x}', 'application/rtf'],
    ['HTML', '\ufeff <!-- c --><!DOCTYPE html><html>', 'text/html'],
    ['mail', 'Received: by x\r\nFrom: a@b.c\r\nTo: d@e.f\r\n\r\nHi', 'message/rfc822'],
    ['UTF-16 text', Buffer.from('\ufeffwords', 'utf16le'), 'text/plain'],
    ['Latin-1 text', Buffer.from('caf\xe9 au lait', 'latin1'), 'text/plain'],
    ['Shift-JIS text', Buffer.from('93fa967b8cea82cc83658358836782c582b78142', 'hex'), 'text/plain'],
    ['a letter that mentions a subject', 'Dear Ann,\nSubject: to change\n', 'text/plain'],
  ])('is found for %s', async (_, data, expected) => expect(await code(data)).toBe(expected));

  it.each([
    ['an empty file', '', 'file_empty'],
    ['a program', 'MZ\x90\0', 'unsupported_media_type'],
    ['noise', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7919) % 256)), 'unsupported_media_type'],
    ['a zip of other things', zipFile([{ name: 'a.txt', data: 'x' }]), 'unsupported_media_type'],
    ['half a zip', docx({ body: paragraph('x') }).subarray(0, 700), 'file_truncated'],
    ['an SVG', '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', 'unsupported_media_type'],
    ['a PNG of too many pixels', pngClaiming(2000, 2000, 1), 'too_many_pixels'],
    ['a TIFF of too many pages', tiff(101), 'too_many_pages'],
    ['a TIFF that loops', tiff(3, true), 'file_corrupt'],
    ['a zip that climbs out', zipFile([{ name: '../x', data: 'x' }]), 'archive_bomb'],
    ['a zip that says it is huge', zipFile([{ name: 'x', data: 'x', claimedSize: 2_000_000_000 }]), 'archive_bomb'],
  ])('is refused for %s', async (_, data, expected) => expect(await code(data)).toBe(expected));

  const riff = (kind: string, length = 100) =>
    `RIFF${String.fromCharCode(length)}\0\0\0${kind}${'\0'.repeat(96 - kind.length + 4)}`;
  const bytes = (text: string) => Buffer.from(text, 'latin1');
  /** Two frames of MPEG 1 layer III at 128 kbit/s and 44,100 Hz: 417 bytes each. */
  const frame = `\xff\xfb\x90\0${'\0'.repeat(413)}`;
  const page = (packet: string) => bytes(`OggS\0\x02${'\0'.repeat(20)}\x01\x1e${packet}`);
  const ebml = (type: string) =>
    bytes(`\x1aE\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82${String.fromCharCode(0x80 + type.length)}${type}`);

  it.each([
    ['WAV', bytes(riff('WAVEfmt ')), 'audio/wav'],
    ['WAV written as it came', bytes(riff('WAVEfmt ').replace('d\0\0\0', '\xff\xff\xff\xff')), 'audio/wav'],
    ['AVI', bytes(riff('AVI LIST')), 'video/x-msvideo'],
    ['FLAC', bytes('fLaC\0\0\0\x22'), 'audio/flac'],
    ['MP3 with a tag', bytes('ID3\x04\0'), 'audio/mpeg'],
    ['MP3 without one', bytes(frame + frame), 'audio/mpeg'],
    ['Ogg Vorbis', page('\x01vorbis'), 'audio/ogg'],
    ['Ogg Opus', page('OpusHead'), 'audio/ogg'],
    ['Ogg Theora', page('\x80theora'), 'video/ogg'],
    ['MP4', bytes('\0\0\0\x20ftypisom'), 'video/mp4'],
    ['M4A', bytes('\0\0\0\x20ftypM4A '), 'audio/mp4'],
    ['QuickTime', bytes('\0\0\0\x14ftypqt  '), 'video/quicktime'],
    ['WebM', ebml('webm'), 'video/webm'],
    ['Matroska', ebml('matroska'), 'video/x-matroska'],
  ])('is found for a recording: %s', async (_, data, expected) => {
    expect(await code(data)).toBe(expected);
    expect(recordingType(expected)).not.toBeNull();
  });

  it.each([
    ['a text that begins like a RIFF', 'RIFF, she said, WAVE on', 'text/plain'],
    ['a RIFF of letters alone', bytes(`${riff('WAVE')}and then words`), 'unsupported_media_type'],
    ['half a WAV', bytes(riff('WAVEfmt ', 200)), 'file_truncated'],
    ['one MP3 frame and then others', bytes(`${frame}${'\x01'.repeat(500)}`), 'unsupported_media_type'],
    ['a playlist', '#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n', 'text/plain'],
    ['a list to be joined', "ffconcat version 1.0\nfile '/etc/passwd'\n", 'text/plain'],
    ['Ogg of another codec', page('\x80other'), 'unsupported_media_type'],
    ['EBML of another kind', ebml('other'), 'unsupported_media_type'],
    ['an HEIC image', bytes('\0\0\0\x20ftypheic'), 'unsupported_media_type'],
    ['an AIFF', bytes('FORM\0\0\0\0AIFF'), 'unsupported_media_type'],
  ])('is no recording: %s', async (_, data, expected) => expect(await code(data)).toBe(expected));

  it('tells an encrypted OpenDocument file', async () => {
    expect((await look(odt('<manifest:encryption-data/>'))).encrypted).toBe(true);
    expect((await look(odt('<manifest/>'))).encrypted).toBe(false);
  });

  it('is answered with a type or a code for any bytes, and for any damage to a good file', async () => {
    const good = [docx({ body: paragraph('x') }), picture('png'), tiff(2)];
    const damaged = fc
      .tuple(fc.constantFrom(...good), fc.nat(5000), fc.integer({ min: 0, max: 255 }), fc.nat(100))
      .map(([file, at, value, cut]) => {
        const copy = Buffer.from(file);
        copy[at % copy.length] = value;
        return copy.subarray(0, copy.length - (cut > 50 ? cut : 0));
      });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 300 }), damaged), async (bytes) => {
        const found = await look(bytes).catch((error: unknown) => error);
        // zlib's own errors are made `file_corrupt` where the worker answers.
        if (found instanceof Error && 'errno' in found) return;
        expect(
          found instanceof RectoError || (typeof found === 'object' && found !== null && 'mediaType' in found),
          String(found),
        ).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
