import { RectoError } from '../../../../../domain/errors.ts';
import type { DocOps } from '../../doc-protocol.ts';
import { openPdf, pdfium, savePdf, withMemory } from '../pdfium.ts';
import { undatePdf } from './undate-pdf.ts';

const NO_INCREMENTAL = 2;

/** Pages of several PDFs in one. */
export async function joinPdfs({ parts, out }: DocOps['joinPdfs']['params']): Promise<DocOps['joinPdfs']['result']> {
  const engine = await pdfium();
  const fresh = engine.FPDF_CreateNewDocument();
  try {
    let at = 0;
    for (const { file, from, count } of parts) {
      const part = await openPdf(file, null);
      try {
        const imported = withMemory(engine, count * 4, (pointer) => {
          for (let i = 0; i < count; i++) engine.pdfium.setValue(pointer + i * 4, from + i, 'i32');
          return engine.FPDF_ImportPagesByIndex(fresh, part.document, pointer, count, at);
        });
        if (!imported) throw new RectoError('conversion_failed', 'The redacted pages cannot be joined to one PDF.');
      } finally {
        part.close();
      }
      at += count;
    }
    savePdf(engine, fresh, out, NO_INCREMENTAL);
  } finally {
    engine.FPDF_CloseDocument(fresh);
  }
  await undatePdf(out);
  return null;
}
