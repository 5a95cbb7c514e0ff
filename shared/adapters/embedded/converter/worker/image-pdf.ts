import { unlink } from 'node:fs/promises';
import path from 'node:path';
import type { PageSize } from '../../../../ports/converter.ts';
import type { DocOps } from '../doc-protocol.ts';
import { ImagePdfWriter } from '../pdf-writer/image-pdf-writer.ts';
import { decodeImages } from './image-decode.ts';
import { writePageImage } from './page-image.ts';
import { checkPageCount } from './pdf-inspect.ts';

/** For pictures that do not say how large they are: at this resolution a page image has just the picture's pixels. */
const DEFAULT_DPI = 200;
const QUALITY = 93;

/** One page a picture, sized so that its pixels are kept; only the pixels go in, no metadata, thumbnail or trailing data. */
export async function imageToPdf(params: DocOps['imageToPdf']['params']): Promise<DocOps['imageToPdf']['result']> {
  const writer = await ImagePdfWriter.create(params.out, Number.MAX_SAFE_INTEGER);
  try {
    const pages: PageSize[] = [];
    for await (const image of decodeImages(params.file, params.mediaType, params.limits)) {
      checkPageCount(pages.length + 1, params.limits.maxPages);
      const dpi = image.dpi ?? DEFAULT_DPI;
      const page = { width: round((image.width * 72) / dpi), height: round((image.height * 72) / dpi) };
      const file = path.join(params.dir, `image-${pages.length + 1}`);
      await writer.addPage(await writePageImage(image.rgba, image.width, image.height, page, file, QUALITY), [], dpi);
      await unlink(file);
      pages.push(page);
    }
    await writer.finish();
    return { pages, warnings: [] };
  } finally {
    await writer.close();
  }
}

const round = (points: number): number => Math.round(points * 1000) / 1000;
