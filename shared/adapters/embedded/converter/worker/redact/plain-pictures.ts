import { type OpenPdf, withMemory } from '../pdfium.ts';

const [PATH, IMAGE, SHADING, FORM] = [2, 3, 4, 5];
/** Left, bottom, right, top in points of the page's own space. */
type Area = readonly [number, number, number, number];
type Matrix = readonly [number, number, number, number, number, number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const MAX_DEPTH = 8;
const MAX_OBJECTS = 20_000;
/** Finer pixels than these say more than anybody who looks at the page, or reads it for us, can see. */
const FINEST_DPI = 620;
/** Lines up to this width hide nothing that they cross. */
const THIN = 3;
/** Points by which areas may differ or overlap. */
const TOLERANCE = 1;

interface Picture {
  area: Area;
}

/**
 * Why pictures of a loaded page speak against keeping it as a drawing: pixels that a clip path, another object or
 * transparency keeps from being seen, or that are too small to be, stay in the file. Null when all that they have is shown.
 */
export function hiddenPixels(pdf: OpenPdf, page: number): string | null {
  const { engine } = pdf;
  const pictures: Picture[] = [];
  let seen = 0;
  const look = (object: number, matrix: Matrix, clips: readonly Area[], veiled: boolean, depth: number) => {
    if (++seen > MAX_OBJECTS || depth > MAX_DEPTH) return 'it is drawn with too many objects';
    const type = engine.FPDFPageObj_GetType(object);
    if (type !== PATH && type !== IMAGE && type !== SHADING && type !== FORM) return null;
    const own = type === PATH || type === SHADING ? [] : clipsOf(pdf, object, matrix);
    const all = own === null ? null : [...clips, ...own];
    const hidden = veiled || engine.FPDFPageObj_HasTransparency(object);
    if (type === FORM) return inside(object, matrix, all, hidden, depth);
    const area = areaOf(pdf, object, matrix);
    if (area === null) return 'an object of it has no place';
    if ((type !== PATH || covers(pdf, object)) && pictures.some((one) => overlap(one.area, area)))
      return 'a picture in it lies under something else';
    if (type !== IMAGE) return null;
    if (all === null || all.some((clip) => !contains(clip, area))) return 'a picture in it is cut off';
    if (hidden) return 'a picture in it is seen through';
    if (finenessOf(pdf, object, matrix) > FINEST_DPI) return 'a picture in it is finer than it can be looked at';
    pictures.push({ area });
    return null;
  };
  const inside = (
    form: number,
    matrix: Matrix,
    clips: readonly Area[] | null,
    veiled: boolean,
    depth: number,
  ): string | null => {
    const within = times(matrixOf(pdf, form), matrix);
    for (let index = 0; index < engine.FPDFFormObj_CountObjects(form); index++) {
      const object = engine.FPDFFormObj_GetObject(form, index);
      // Nothing is let through by a clip that is no rectangle.
      const reason = look(object, within, clips ?? [[0, 0, 0, 0]], veiled, depth + 1);
      if (reason !== null) return reason;
    }
    return null;
  };
  for (let index = 0; index < engine.FPDFPage_CountObjects(page); index++) {
    const reason = look(engine.FPDFPage_GetObject(page, index), IDENTITY, [], false, 0);
    if (reason !== null) return reason;
  }
  return null;
}

const times = (a: Matrix, b: Matrix): Matrix => [
  a[0] * b[0] + a[1] * b[2],
  a[0] * b[1] + a[1] * b[3],
  a[2] * b[0] + a[3] * b[2],
  a[2] * b[1] + a[3] * b[3],
  a[4] * b[0] + a[5] * b[2] + b[4],
  a[4] * b[1] + a[5] * b[3] + b[5],
];

function around(points: readonly (readonly [number, number])[], m: Matrix): Area {
  const xs = points.map(([x, y]) => x * m[0] + y * m[2] + m[4]);
  const ys = points.map(([x, y]) => x * m[1] + y * m[3] + m[5]);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const contains = (a: Area, b: Area): boolean =>
  a[0] <= b[0] + TOLERANCE && a[1] <= b[1] + TOLERANCE && a[2] >= b[2] - TOLERANCE && a[3] >= b[3] - TOLERANCE;
const overlap = (a: Area, b: Area): boolean =>
  Math.min(a[2], b[2]) - Math.max(a[0], b[0]) > TOLERANCE && Math.min(a[3], b[3]) - Math.max(a[1], b[1]) > TOLERANCE;

const floats = (pdf: OpenPdf, count: number, read: (pointer: number) => unknown): number[] | null =>
  withMemory(pdf.engine, count * 4, (pointer) =>
    read(pointer)
      ? Array.from({ length: count }, (_, i) => pdf.engine.pdfium.getValue(pointer + i * 4, 'float'))
      : null,
  );

function areaOf(pdf: OpenPdf, object: number, matrix: Matrix): Area | null {
  const found = floats(pdf, 4, (at) => pdf.engine.FPDFPageObj_GetBounds(object, at, at + 4, at + 8, at + 12));
  if (found === null) return null;
  const [left = 0, bottom = 0, right = 0, top = 0] = found;
  return around([[left, bottom], [right, bottom], [left, top], [right, top]], matrix); // biome-ignore format: corners
}

function matrixOf(pdf: OpenPdf, object: number): Matrix {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] =
    floats(pdf, 6, (pointer) => pdf.engine.FPDFPageObj_GetMatrix(object, pointer)) ?? [];
  return [a, b, c, d, e, f];
}

/** Areas to which an object is clipped; null when one of them is no upright rectangle. */
function clipsOf(pdf: OpenPdf, object: number, matrix: Matrix): Area[] | null {
  const { engine } = pdf;
  const clip = engine.FPDFPageObj_GetClipPath(object);
  const areas: Area[] = [];
  for (let path = 0; clip !== 0 && path < engine.FPDFClipPath_CountPaths(clip); path++) {
    const points: [number, number][] = [];
    for (let at = 0; at < engine.FPDFClipPath_CountPathSegments(clip, path); at++) {
      const segment = engine.FPDFClipPath_GetPathSegment(clip, path, at);
      const point = floats(pdf, 2, (pointer) => engine.FPDFPathSegment_GetPoint(segment, pointer, pointer + 4));
      if (point !== null) points.push([point[0] ?? 0, point[1] ?? 0]);
    }
    const area = around(points, matrix);
    const cornered = points.length <= 5 && points.every((point) => isCorner(area, around([point], matrix)));
    if (points.length === 0 || !cornered) return null;
    areas.push(area);
  }
  return areas;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.1;
const isCorner = (area: Area, [x, y]: Area): boolean =>
  (near(x, area[0]) || near(x, area[2])) && (near(y, area[1]) || near(y, area[3]));

/** Whether a path hides what lies under it. */
function covers(pdf: OpenPdf, object: number): boolean {
  const { engine } = pdf;
  const [fill, stroke] = withMemory(engine, 8, (pointer) =>
    engine.FPDFPath_GetDrawMode(object, pointer, pointer + 4)
      ? [engine.pdfium.getValue(pointer, 'i32'), engine.pdfium.getValue(pointer + 4, 'i32')]
      : [1, 1],
  );
  if (fill !== 0) return true;
  return (
    stroke !== 0 && (floats(pdf, 1, (pointer) => engine.FPDFPageObj_GetStrokeWidth(object, pointer))?.[0] ?? 0) > THIN
  );
}

/** Pixels an inch of a picture as it is painted. */
function finenessOf(pdf: OpenPdf, object: number, matrix: Matrix): number {
  const { engine } = pdf;
  const [a, b, c, d] = times(matrixOf(pdf, object), matrix);
  return withMemory(engine, 8, (pointer) => {
    if (!engine.FPDFImageObj_GetImagePixelSize(object, pointer, pointer + 4)) return Number.POSITIVE_INFINITY;
    const [width, height] = [engine.pdfium.getValue(pointer, 'i32'), engine.pdfium.getValue(pointer + 4, 'i32')];
    return Math.max((width * 72) / Math.hypot(a, b), (height * 72) / Math.hypot(c, d));
  });
}
