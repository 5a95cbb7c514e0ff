import { sniff } from '../../../../domain/sniff/sniff.ts';
import type { DocOp, DocOps } from '../doc-protocol.ts';
import { checkArchive } from './check-archive.ts';
import { imageToPdf } from './image-pdf.ts';
import { inflate } from './inflate.ts';
import { openOoxml } from './open-ooxml.ts';
import { burnPage } from './pdf-burn.ts';
import { inspectPdf } from './pdf-inspect.ts';
import { renderPage } from './pdf-render.ts';
import { finishPdf, rewritePdf } from './pdf-rewrite.ts';
import { prepareText } from './prepare-text.ts';
import { joinPdfs } from './redact/join-pdfs.ts';
import { redrawPages } from './redact/redraw-pages.ts';
import type { RemoteReader } from './remote-reader.ts';

type Operation<K extends DocOp> = (params: DocOps[K]['params'], reader: RemoteReader) => Promise<DocOps[K]['result']>;

export const operations: { [K in DocOp]: Operation<K> } = {
  sniff: async ({ size, limits }, reader) => {
    reader.size = size;
    return sniff(reader, limits, inflate);
  },
  checkArchive,
  openOoxml,
  inspectPdf: async (params) => inspectPdf(params),
  rewritePdf: async (params) => rewritePdf(params),
  finishPdf: async (params) => finishPdf(params),
  imageToPdf,
  prepareText,
  renderPage: async (params) => renderPage(params),
  burnPage,
  redrawPages,
  joinPdfs,
};
