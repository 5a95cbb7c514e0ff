import { writeFile } from 'node:fs/promises';
import type { DocOps } from '../doc-protocol.ts';
import { renderBitmap, withPage } from './pdf-bitmap.ts';
import { pageObjects } from './pdf-objects.ts';
import { readTextLayer } from './pdf-text.ts';
import { openPdf } from './pdfium.ts';
import { encodePng, toSamples } from './png.ts';
import { readCodes } from './read-codes.ts';

/** Rulings and frames of a page are fewer; letters drawn as outlines are more. */
const MANY_PATHS = 200;
/** Of all paths together. The bars of the shortest barcode have more. */
const CODE_SEGMENTS = 100;

/** One page as a PNG file, its text layer where that can be trusted, and its codes where they are asked for. */
export async function renderPage(params: DocOps['renderPage']['params']): Promise<DocOps['renderPage']['result']> {
  const pdf = await openPdf(params.file, null);
  try {
    const { bitmap, textLayer, pictured, coded } = withPage(pdf, params.page, (page) => {
      const rendered = renderBitmap(pdf, page, params.dpi, params.maxPixels);
      const { pictures, paths, segments } = pageObjects(pdf, page);
      const textLayer = readTextLayer(pdf, page, rendered, params.anyTextLayer);
      const coded = pictures > 0 || segments > CODE_SEGMENTS;
      return { bitmap: rendered, textLayer, pictured: pictures > 0 || paths > MANY_PATHS, coded };
    });
    await writeFile(params.out, encodePng(toSamples(bitmap.rgba, bitmap.width, bitmap.height), bitmap.dpi), {
      flag: 'wx',
    });
    const codes = params.codes && coded ? await readCodes(bitmap) : [];
    return { width: bitmap.width, height: bitmap.height, dpi: bitmap.dpi, textLayer, pictured, codes };
  } finally {
    pdf.close();
  }
}
