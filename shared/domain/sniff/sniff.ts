// biome-ignore-all lint/suspicious/noControlCharactersInRegex: magic bytes are matched here
import { RectoError } from '../errors.ts';
import { type ByteReader, type InflateRaw, latin1, type Sniffed, type SniffLimits } from './byte-reader.ts';
import { inspectImage } from './image-header.ts';
import { sniffMarkup } from './markup.ts';
import { sniffOle2 } from './ole2-document.ts';
import { sniffRecording } from './recording.ts';
import { detectText } from './text.ts';
import { sniffZip } from './zip-document.ts';

const RECORDING = 'sound or video of a kind that is not taken; save it as WAV, MP3, FLAC, MP4 or WebM';

/** Kinds that are recognised only to say why they are refused. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^MZ/, 'a Windows program'],
  [/^\x7fELF/, 'a Linux program'],
  [/^(?:\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe)/, 'a program'],
  [/^\x1f\x8b/, 'a gzip archive; send the file in it'],
  [/^(?:7z\xbc\xaf|Rar!|\xfd7zXZ|BZh|\x28\xb5\x2f\xfd)/, 'an archive; send the documents in it one by one'],
  [/^RIFF....(?:AVI |WAVE)/s, RECORDING],
  [/^(?:ID3|OggS|fLaC|\x1aE\xdf\xa3|RF64|FORM....AIF)/s, RECORDING],
  [/^(?:\x00\x01\x00\x00\x00|OTTO|ttcf|wOF[F2])/, 'a font'],
  [/^\x00\x00\x01\x00/, 'an icon'],
  [/^\x00\x00\x00\x0cjP {2}|^\xff\x4f\xff\x51/, 'a JPEG 2000 image; save it as PNG or JPEG'],
  [/^\x01\xda[\x00\x01][\x01\x02]/, 'an SGI image; save it as PNG or JPEG'],
  [/^8BPS/, 'a Photoshop image; save it as PNG or TIFF'],
  [/^%!PS/, 'a PostScript file; save it as PDF'],
  [/^SQLite format 3/, 'a database'],
];

const IMAGES: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG\r\n\x1a\n/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^(?:II\x2a\x00|MM\x00\x2a|II\x2b\x00|MM\x00\x2b)/, 'image/tiff'],
  [/^RIFF....WEBP/s, 'image/webp'],
  [/^BM.{4}\x00\x00\x00\x00.{3}\x00[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00/s, 'image/bmp'],
  [/^....ftyp(?:avif|avis)/s, 'image/avif'],
];
/** BIFF 2 to 4 workbooks are a bare stream that starts with its BOF record (MS-XLS 2.4.21). */
const BIFF = /^\x09[\x00\x02\x04][\x04\x06]\x00/;

const unsupported = (what: string): RectoError =>
  new RectoError(
    'unsupported_media_type',
    `The file is ${what}. Supported are PDF, Office documents, images, text, HTML and e-mail.`,
  );

/**
 * The type of a file by its bytes (never its name), whether it needs a password, and what its headers say of its size.
 * Reads ranges; nothing is decoded or expanded beyond a few small, bounded parts. PDFs come back with `pages: null`:
 * opening them is the PDF engine's business. Errors as the Converter port lists them.
 */
export async function sniff(reader: ByteReader, limits: SniffLimits, inflate: InflateRaw): Promise<Sniffed> {
  if (reader.size === 0)
    throw new RectoError('file_empty', 'The file is empty: it has no bytes. Check the upload and send it again.');
  const bytes = await reader.read(0, 4096);
  const head = latin1(bytes);
  const pdfAt = head.slice(0, 1029).indexOf('%PDF-');
  const polyglot = pdfAt > 0 ? ['polyglot'] : [];

  const image = IMAGES.find(([magic]) => magic.test(head));
  if (image !== undefined) {
    const found = await inspectImage(reader, image[1], limits);
    return { mediaType: image[1], encrypted: false, pages: found.pages, flags: [...found.flags, ...polyglot] };
  }
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    const found = await sniffZip(reader, limits, inflate);
    return { ...found, flags: [...found.flags, ...polyglot] };
  }
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return sniffOle2(reader);
  if (/^....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1)/s.test(head))
    throw unsupported('a HEIC image, for which no decoder with a permissive licence exists; save it as JPEG or PNG');
  const recording = sniffRecording(head, reader.size);
  if (recording !== null) return { ...recording, flags: polyglot };
  const refused = REFUSED.find(([magic]) => magic.test(head));
  if (refused !== undefined) throw unsupported(refused[1]);
  if (pdfAt >= 0) return { mediaType: 'application/pdf', encrypted: false, pages: null, flags: polyglot };
  if (head.startsWith('{\\rtf'))
    return { mediaType: 'application/rtf', encrypted: false, pages: null, flags: rtfFlags(head) };
  if (BIFF.test(head)) return { mediaType: 'application/vnd.ms-excel', encrypted: false, pages: null, flags: [] };

  const sample = await reader.read(0, 65_536);
  const encoding = detectText(sample);
  if (encoding === null) throw unsupported('of no kind that is known here');
  const text = new TextDecoder(encoding).decode(sample);
  return sniffMarkup(text) ?? { mediaType: 'text/plain', encrypted: false, pages: null, flags: [] };
}

const rtfFlags = (head: string): string[] => (/\\object|\\objdata/.test(head) ? ['embedded-files'] : []);
