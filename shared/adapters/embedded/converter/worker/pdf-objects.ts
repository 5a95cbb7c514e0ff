import { type OpenPdf, withMemory } from './pdfium.ts';

const PATH = 2;
const IMAGE = 3;
const FORM = 5;
const MAX_OBJECTS = 20_000;

type Matrix = readonly [number, number, number, number, number, number];

/** How many objects and paths a page paints, of how many segments its paths are, and the share of its area that pictures cover (0 to 1, overlaps counted once at most). */
export function pageObjects(
  pdf: OpenPdf,
  page: number,
): { objects: number; paths: number; segments: number; pictures: number; imageCover: number } {
  const { engine } = pdf;
  const value = (pointer: number, index: number): number => engine.pdfium.getValue(pointer + index * 4, 'float');
  return withMemory(engine, 24, (pointer) => {
    engine.FPDF_GetPageBoundingBox(page, pointer);
    // FS_RECTF: left, top, right, bottom.
    const [left, top, right, bottom] = [value(pointer, 0), value(pointer, 1), value(pointer, 2), value(pointer, 3)];
    const area = Math.max(1e-6, (right - left) * (top - bottom));
    let objects = 0;
    let paths = 0;
    let segments = 0;
    let pictures = 0;
    let covered = 0;
    const bounds = (object: number, matrix: Matrix | null): void => {
      if (!engine.FPDFPageObj_GetBounds(object, pointer, pointer + 4, pointer + 8, pointer + 12)) return;
      let [x0, y0, x1, y1] = [value(pointer, 0), value(pointer, 1), value(pointer, 2), value(pointer, 3)];
      if (matrix !== null) {
        const [a, b, c, d, e, f] = matrix;
        const corners = [
          [x0, y0],
          [x1, y0],
          [x0, y1],
          [x1, y1],
        ].map(([x = 0, y = 0]) => [a * x + c * y + e, b * x + d * y + f]);
        x0 = Math.min(...corners.map(([x = 0]) => x));
        x1 = Math.max(...corners.map(([x = 0]) => x));
        y0 = Math.min(...corners.map(([, y = 0]) => y));
        y1 = Math.max(...corners.map(([, y = 0]) => y));
      }
      const width = Math.min(x1, right) - Math.max(x0, left);
      const height = Math.min(y1, top) - Math.max(y0, bottom);
      if (width > 0 && height > 0) covered += width * height;
    };
    const count = Math.min(engine.FPDFPage_CountObjects(page), MAX_OBJECTS);
    for (let i = 0; i < count; i++) {
      const object = engine.FPDFPage_GetObject(page, i);
      const type = engine.FPDFPageObj_GetType(object);
      objects++;
      if (type === PATH) {
        paths++;
        segments += engine.FPDFPath_CountSegments(object);
      }
      if (type === IMAGE) {
        pictures++;
        bounds(object, null);
      }
      if (type !== FORM || !engine.FPDFPageObj_GetMatrix(object, pointer)) continue;
      const matrix: Matrix = [0, 1, 2, 3, 4, 5].map((index) => value(pointer, index)) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const inner = Math.min(engine.FPDFFormObj_CountObjects(object), MAX_OBJECTS);
      for (let j = 0; j < inner; j++) {
        const child = engine.FPDFFormObj_GetObject(object, j);
        const childType = engine.FPDFPageObj_GetType(child);
        if (childType === PATH) {
          paths++;
          segments += engine.FPDFPath_CountSegments(child);
        }
        if (childType !== IMAGE) continue;
        pictures++;
        bounds(child, matrix);
      }
    }
    return { objects, paths, segments, pictures, imageCover: Math.min(1, covered / area) };
  });
}
