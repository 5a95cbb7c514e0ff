import { RectoError } from '../errors.ts';
import type { Sniffed } from './byte-reader.ts';

const HTML =
  /^(?:<!--[\s\S]{0,4000}?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body|table|script|iframe|h[1-6]|p|div|title|meta|style|img)\b/i;
const SVG =
  /^(?:<\?xml[^>]*>\s*|<!--[\s\S]{0,4000}?-->\s*|<!DOCTYPE[^[>]*(?:\[[\s\S]{0,20000}?\])?[^>]*>\s*)*<(?:\w+:)?svg\b/i;
const FLAT_ODF =
  /<office:document\b[^>]*office:mimetype\s*=\s*["']application\/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)(?:-template)?["']/;
const HEADER_LINE = /^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]?[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$)/;
const MAIL_HEADERS = [
  'from',
  'to',
  'subject',
  'date',
  'message-id',
  'received',
  'mime-version',
  'return-path',
  'content-type',
];

/** At least two of the headers that every message has, from the first line on, in an unbroken block. */
function looksLikeMail(text: string): boolean {
  let rest = text.startsWith('From ') ? text.slice(text.indexOf('\n') + 1) : text;
  const names = new Set<string>();
  for (let lines = 0; lines < 200; lines++) {
    const line = HEADER_LINE.exec(rest)?.[0];
    if (line === undefined) break;
    names.add(line.slice(0, line.indexOf(':')).toLowerCase());
    rest = rest.slice(line.length);
  }
  const ended = rest === '' || /^\r?\n/.test(rest);
  const known = MAIL_HEADERS.filter((name) => names.has(name)).length;
  return ended && known >= 2 && (names.has('from') || names.has('received') || names.has('message-id'));
}

/** What a text file is by its own markup; null for plain text. SVG is refused: it is a program as much as a picture. */
export function sniffMarkup(decoded: string): Sniffed | null {
  const text = decoded.replace(/^\ufeff/, '').trimStart();
  const found = (mediaType: string, flags: string[] = []): Sniffed => ({
    mediaType,
    encrypted: false,
    pages: null,
    flags,
  });
  if (SVG.test(text))
    throw new RectoError(
      'unsupported_media_type',
      'The file is an SVG drawing, which can hold scripts and links. Save it as PDF or PNG.',
    );
  const flat = FLAT_ODF.exec(text)?.[1];
  if (flat !== undefined) {
    if (/<!DOCTYPE/i.test(text))
      throw new RectoError('file_corrupt', 'The document declares XML entities, which OpenDocument does not allow.');
    return found(
      `application/vnd.oasis.opendocument.${flat}-flat-xml`,
      /xlink:href\s*=\s*["']https?:/.test(text) ? ['external-links'] : [],
    );
  }
  if (HTML.test(text)) {
    const flags: string[] = [];
    if (/<script\b|\bon\w+\s*=/i.test(text)) flags.push('javascript');
    if (/\b(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i.test(text)) flags.push('external-links');
    return found('text/html', flags);
  }
  if (looksLikeMail(text)) return found('message/rfc822');
  return null;
}
