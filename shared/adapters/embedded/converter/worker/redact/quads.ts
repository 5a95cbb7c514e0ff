import type { Box } from '../../../../../domain/page.ts';
import { type OpenPdf, withMemory } from '../pdfium.ts';

/** Corners of an area in points of the page's own space: lower left, lower right, upper left, upper right as displayed. */
export type Quad = readonly [number, number, number, number, number, number, number, number];

/** Farther out than any page reaches. */
const FAR = 50_000;
const VIRTUAL = 1_000_000;

/** Boxes in pixels at `dpi` of the page as displayed (turned as it says) to areas of the page's own space. */
export function quadsOf(pdf: OpenPdf, page: number, boxes: readonly Box[], dpi: number): Quad[] {
  const { engine } = pdf;
  const width = (engine.FPDF_GetPageWidthF(page) * dpi) / 72;
  const height = (engine.FPDF_GetPageHeightF(page) * dpi) / 72;
  return withMemory(engine, 16, (pointer) => {
    // The engine maps whole device units: on a large virtual device three points give the exact map.
    const point = (x: number, y: number): readonly [number, number] => {
      engine.FPDF_DeviceToPage(page, 0, 0, VIRTUAL, VIRTUAL, 0, x, y, pointer, pointer + 8);
      return [engine.pdfium.getValue(pointer, 'double'), engine.pdfium.getValue(pointer + 8, 'double')];
    };
    const [ox, oy] = point(0, 0);
    const [ax, ay] = point(VIRTUAL, 0);
    const [bx, by] = point(0, VIRTUAL);
    const at = (x: number, y: number): readonly [number, number] => [
      ox + ((ax - ox) * x) / width + ((bx - ox) * y) / height,
      oy + ((ay - oy) * x) / width + ((by - oy) * y) / height,
    ];
    return boxes.map(([x0, y0, x1, y1]) => [...at(x0, y1), ...at(x1, y1), ...at(x0, y0), ...at(x1, y0)] as const);
  });
}

/** All that lies around the part of the page that is shown. */
export function quadsAround(pdf: OpenPdf, page: number): Quad[] {
  const [left, top, right, bottom] = withMemory(pdf.engine, 16, (pointer) => {
    pdf.engine.FPDF_GetPageBoundingBox(page, pointer);
    return [0, 4, 8, 12].map((offset) => pdf.engine.pdfium.getValue(pointer + offset, 'float'));
  }) as [number, number, number, number];
  const area = (x0: number, y0: number, x1: number, y1: number): Quad => [x0, y0, x1, y0, x0, y1, x1, y1];
  return [
    area(-FAR, -FAR, left, FAR),
    area(right, -FAR, FAR, FAR),
    area(left, -FAR, right, bottom),
    area(left, top, right, FAR),
  ];
}

/**
 * Takes text, drawing and the pixels of pictures out of the areas, in forms as well. `paint` draws black over them. The
 * engine does not tell "nothing was there" from "it did not work": whoever calls looks at the result.
 */
export function redactQuads(pdf: OpenPdf, page: number, quads: readonly Quad[], paint: boolean): void {
  if (quads.length === 0) return;
  withMemory(pdf.engine, 32 * quads.length, (pointer) => {
    quads.forEach((quad, index) => {
      quad.forEach((value, at) => {
        pdf.engine.pdfium.setValue(pointer + index * 32 + at * 4, value, 'float');
      });
    });
    pdf.engine.EPDFText_RedactInQuads(page, pointer, quads.length, true, paint);
  });
}
