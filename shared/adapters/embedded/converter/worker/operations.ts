import { inflateRawSync } from 'node:zlib';
import { type InflateRaw, latin1 } from '../../../../domain/sniff/byte-reader.ts';
import { sniff } from '../../../../domain/sniff/sniff.ts';
import type { DocOp, DocOps } from '../doc-protocol.ts';
import { imageToPdf } from './image-pdf.ts';
import { burnPage } from './pdf-burn.ts';
import { inspectPdf } from './pdf-inspect.ts';
import { renderPage } from './pdf-render.ts';
import { finishPdf, rewritePdf } from './pdf-rewrite.ts';
import { openPdf } from './pdfium.ts';
import { prepareText } from './prepare-text.ts';
import type { RemoteReader } from './remote-reader.ts';

type Operation<K extends DocOp> = (params: DocOps[K]['params'], reader: RemoteReader) => Promise<DocOps[K]['result']>;

const SYNC_FLUSH = 2;

/** Gives what there is up to the limit: `finishFlush` makes a prefix of deflated data valid input. */
const inflate: InflateRaw = (data, maxBytes) => {
  try {
    return inflateRawSync(data, { finishFlush: SYNC_FLUSH, maxOutputLength: maxBytes });
  } catch (error) {
    if (
      !(error instanceof RangeError) &&
      !latin1(new TextEncoder().encode(String(error))).includes('ERR_BUFFER_TOO_LARGE')
    )
      throw error;
    // It expands beyond the part that we want: inflate a prefix of the input that surely fits.
    const share = Math.floor(data.length / 2);
    return share < 16 ? new Uint8Array(0) : inflate(data.subarray(0, share), maxBytes);
  }
};

export const operations: { [K in DocOp]: Operation<K> } = {
  sniff: async ({ size, limits }, reader) => {
    reader.size = size;
    return sniff(reader, limits, inflate);
  },
  inspectPdf: async (params) => inspectPdf(params),
  rewritePdf: async (params) => rewritePdf(params),
  finishPdf: async (params) => finishPdf(params),
  imageToPdf,
  prepareText,
  renderPage: async (params) => renderPage(params),
  burnPage,
  countPages: async ({ file }) => {
    const pdf = await openPdf(file, null);
    try {
      return { pages: pdf.pageCount };
    } finally {
      pdf.close();
    }
  },
};
