import { writeFile } from 'node:fs/promises';
import type { DocOps } from '../doc-protocol.ts';
import { renderBitmap, withPage } from './pdf-bitmap.ts';
import { readTextLayer } from './pdf-text.ts';
import { openPdf } from './pdfium.ts';
import { encodePng, toSamples } from './png.ts';

/** One page as a PNG file, and its text layer where that can be trusted. */
export async function renderPage(params: DocOps['renderPage']['params']): Promise<DocOps['renderPage']['result']> {
  const pdf = await openPdf(params.file, null);
  try {
    const { bitmap, textLayer } = withPage(pdf, params.page, (page) => {
      const rendered = renderBitmap(pdf, page, params.dpi, params.maxPixels);
      return { bitmap: rendered, textLayer: readTextLayer(pdf, page, rendered, params.anyTextLayer) };
    });
    await writeFile(params.out, encodePng(toSamples(bitmap.rgba, bitmap.width, bitmap.height), bitmap.dpi), {
      flag: 'wx',
    });
    return { width: bitmap.width, height: bitmap.height, dpi: bitmap.dpi, textLayer };
  } finally {
    pdf.close();
  }
}
