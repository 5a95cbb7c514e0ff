import type { DocOps } from '../doc-protocol.ts';
import { writePageImage } from './page-image.ts';
import { renderBitmap, withPage } from './pdf-bitmap.ts';
import { openPdf } from './pdfium.ts';

/** Renders a page and blackens the boxes in its pixels; what was there is not in the result in any form. */
export async function burnPage(params: DocOps['burnPage']['params']): Promise<DocOps['burnPage']['result']> {
  const pdf = await openPdf(params.file, null);
  try {
    const bitmap = withPage(pdf, params.page, (page) => renderBitmap(pdf, page, params.dpi, params.maxPixels));
    const { rgba, width, height } = bitmap;
    // Boxes speak of the asked resolution; the page may have been rendered at less.
    const scale = bitmap.dpi / params.dpi;
    for (const box of params.boxes) {
      const x0 = Math.max(0, Math.floor(box[0] * scale));
      const x1 = Math.min(width, Math.ceil(box[2] * scale));
      const y1 = Math.min(height, Math.ceil(box[3] * scale));
      for (let y = Math.max(0, Math.floor(box[1] * scale)); y < y1; y++)
        if (x1 > x0) rgba.fill(0, (y * width + x0) * 4, (y * width + x1) * 4);
    }
    return { ...(await writePageImage(rgba, width, height, bitmap.page, params.out)), dpi: bitmap.dpi };
  } finally {
    pdf.close();
  }
}
