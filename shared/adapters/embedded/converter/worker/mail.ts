import { readFile } from 'node:fs/promises';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { corrupt } from '../../../../domain/sniff/byte-reader.ts';
import { cleanHtml, escapeHtml, htmlPage } from './html-clean.ts';

const MAX_DEPTH = 20;

const people = (addresses: readonly (Address | undefined)[] | undefined): string =>
  (addresses ?? [])
    .flatMap((entry) => (entry === undefined ? [] : entry.group === undefined ? [entry] : entry.group))
    .map((entry) =>
      entry.name === '' || entry.name === undefined ? (entry.address ?? '') : `${entry.name} <${entry.address ?? ''}>`,
    )
    .join(', ');

/** Pictures that the text shows (`cid:`) move into it; nothing else is taken from the attachments. */
function inlinePictures(html: string, email: Email): string {
  return html.replace(/(["'])cid:([^"']+)\1/gi, (whole, quote: string, id: string) => {
    const found = email.attachments.find((part) => part.contentId?.replace(/^<|>$/g, '') === id);
    if (found === undefined || !/^image\/(?:png|jpeg|gif|webp|bmp)$/.test(found.mimeType)) return whole;
    const bytes =
      typeof found.content === 'string' ? Buffer.from(found.content) : Buffer.from(new Uint8Array(found.content));
    return `${quote}data:${found.mimeType};base64,${bytes.toString('base64')}${quote}`;
  });
}

/** A message as a page: its headers, its text, and the names of its attachments. */
export async function mailToHtml(file: string): Promise<{ html: string; warnings: string[] }> {
  const email = await PostalMime.parse(await readFile(file), { maxNestingDepth: MAX_DEPTH });
  const rows: readonly (readonly [string, string])[] = [
    ['From', people([email.from])],
    ['To', people(email.to)],
    ['Cc', people(email.cc)],
    ['Date', email.date ?? ''],
    ['Subject', email.subject ?? ''],
  ];
  const attached = email.attachments.filter(
    (part) => part.disposition === 'attachment' || part.contentId === undefined,
  );
  const header = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `<p><b>${name}:</b> ${escapeHtml(value)}</p>`)
    .join('');
  if (header === '' && email.html === undefined && email.text === undefined)
    throw corrupt('it holds neither headers nor text');
  const body =
    email.html !== undefined
      ? cleanHtml(inlinePictures(email.html, email)).replace(
          /<\/?(?:html|body|!doctype)\b[^>]*>|<head\b[\s\S]*?<\/head\s*>/gi,
          '',
        )
      : `<div>${escapeHtml(email.text ?? '').replaceAll('\n', '<br>')}</div>`;
  const list =
    attached.length === 0
      ? ''
      : `<hr><p><b>Attachments:</b></p>${attached.map((part) => `<p>${escapeHtml(part.filename ?? part.mimeType)}</p>`).join('')}`;
  return { html: htmlPage(`${header}<hr>${body}${list}`), warnings: attached.length === 0 ? [] : ['attachments'] };
}
