import { createReadStream } from 'node:fs';
import { RectoError } from '../../../../domain/errors.ts';
import { latin1 } from '../../../../domain/sniff/byte-reader.ts';
import type { DocOps } from '../doc-protocol.ts';
import { type OpenPdf, openPdf } from './pdfium.ts';

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\/(?:JavaScript|JS)\b/, 'javascript'],
  [/\/(?:Launch|SubmitForm|ImportData|GoToR|GoToE|RichMedia)\b/, 'active-content'],
  [/\/URI\b/, 'external-links'],
  [/\/EmbeddedFiles?\b/, 'embedded-files'],
];

/** What the file's plain parts name; objects in compressed streams are covered by asking the engine as well. */
async function namedFlags(file: string): Promise<Set<string>> {
  const flags = new Set<string>();
  let carry = '';
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) {
    const text = carry + latin1(chunk as Buffer);
    for (const [pattern, flag] of NAMES) if (!flags.has(flag) && pattern.test(text)) flags.add(flag);
    carry = text.slice(-32);
  }
  return flags;
}

export function checkPageCount(pages: number, maxPages: number): void {
  if (pages <= maxPages) return;
  throw new RectoError(
    'too_many_pages',
    `The document has ${pages} pages; at most ${maxPages} are taken. Split it and send the parts.`,
    {
      details: { pages, maxPages },
    },
  );
}

/** Whether a password is needed, how many pages there are, and what active content it names. */
export async function inspectPdf({
  file,
  limits,
}: DocOps['inspectPdf']['params']): Promise<DocOps['inspectPdf']['result']> {
  const flags = await namedFlags(file);
  let pdf: OpenPdf;
  try {
    pdf = await openPdf(file, null);
  } catch (error) {
    if (error instanceof RectoError && error.code === 'password_required')
      return { encrypted: true, pages: null, flags: [...flags] };
    throw error;
  }
  try {
    checkPageCount(pdf.pageCount, limits.maxPages);
    if (pdf.engine.FPDFDoc_GetJavaScriptActionCount(pdf.document) > 0) flags.add('javascript');
    if (pdf.engine.FPDFDoc_GetAttachmentCount(pdf.document) > 0) flags.add('embedded-files');
    return { encrypted: false, pages: pdf.pageCount, flags: [...flags] };
  } finally {
    pdf.close();
  }
}
