import {
  decodePDFRawStream,
  PDFArray,
  type PDFContext,
  PDFDict,
  PDFName,
  type PDFObject,
  PDFRawStream,
  PDFRef,
  PDFStream,
} from '@cantoo/pdf-lib';
import { bareJpeg } from './bare-jpeg.ts';

/** All that a page of ours needs; whatever else its dictionary says goes. */
const PAGE_KEYS = new Set([
  'Type',
  'Parent',
  'MediaBox',
  'CropBox',
  'Rotate',
  'Resources',
  'Contents',
  'Group',
  'UserUnit',
]);
/** Keys that draw nothing, wherever they stand: data about data, private data, structure, alternatives, actions. */
const NEVER_DRAWN = [
  'Metadata',
  'PieceInfo',
  'StructParent',
  'StructParents',
  'LastModified',
  'Alternates',
  'OPI',
  'Measure',
  'PtData',
  'Thumb',
  'AA',
  'A',
  'AF',
  'Properties',
].map((name) => PDFName.of(name));
const MAX_OBJECTS = 50_000;
const name = (text: string): PDFName => PDFName.of(text);

/** What a page reaches: every dictionary and stream, its own first. */
export interface PageParts {
  objects: ReadonlySet<PDFObject>;
  /** Why the page cannot stay a drawing; null when it can. */
  reason: string | null;
}

/** Takes from a page everything that is not drawn, and says what else speaks against keeping it as a drawing. */
export function stripPage(context: PDFContext, page: PDFDict): PageParts {
  for (const key of page.keys()) if (!PAGE_KEYS.has(key.decodeText())) page.delete(key);
  const objects = new Set<PDFObject>();
  const queue: PDFObject[] = [page];
  let reason: string | null = null;
  const object = (ref: PDFObject): PDFObject | undefined => (ref instanceof PDFRef ? context.lookup(ref) : ref);
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const found = object(next);
    if (found === undefined || objects.has(found)) continue;
    if (objects.size >= MAX_OBJECTS) return { objects, reason: 'it is made of too many objects' };
    objects.add(found);
    if (found instanceof PDFArray) queue.push(...found.asArray());
    const dict = found instanceof PDFDict ? found : found instanceof PDFStream ? found.dict : null;
    if (dict === null) continue;
    reason ??= objection(context, dict);
    for (const key of NEVER_DRAWN) dict.delete(key);
    renameFont(dict);
    if (found instanceof PDFRawStream) reason ??= cleanStream(context, next, found);
    for (const [key, value] of dict.entries()) if (key.decodeText() !== 'Parent') queue.push(value);
  }
  return { objects, reason };
}

/** Things that draw by programs of their own, where text could hide that nobody reads. */
function objection(context: PDFContext, dict: PDFDict): string | null {
  if (dict.has(name('OC')) || dict.has(name('OCGs'))) return 'it has optional layers';
  const subtype = dict.get(name('Subtype'));
  if (subtype === name('Type3')) return 'it has a font whose letters are drawings';
  if (subtype === name('PS')) return 'it has a PostScript object';
  if (dict.get(name('PatternType'))?.toString() === '1') return 'it has a tiling pattern';
  // A picture's mask is a picture, a stream; a graphics state's is a dictionary that names a drawing.
  if (context.lookup(dict.get(name('SMask'))) instanceof PDFDict) return 'it has a mask that is drawn';
  return null;
}

/** Fonts that a viewer has by these names; of any other its name says nothing that is drawn. */
const WELL_KNOWN =
  /^(?:[A-Z]{6}\+)?(?:Helvetica|Arial|Times|TimesNewRoman|Courier|CourierNew|Symbol|ZapfDingbats|Verdana|Georgia|Calibri|Cambria|Tahoma)(?:PS)?(?:MT)?(?:[-,](?:Roman|Bold|Italic|Oblique|BoldItalic|BoldOblique|Regular)(?:MT)?)?$/;

/** A font may be called anything: names that are no well-known font's become one that says nothing. */
function renameFont(dict: PDFDict): void {
  dict.delete(name('FontFamily'));
  for (const key of ['BaseFont', 'FontName']) {
    const called = dict.get(name(key));
    if (called instanceof PDFName && !WELL_KNOWN.test(called.decodeText())) dict.set(name(key), name('AAAAAA+Font'));
  }
}

const contentStream = (stream: PDFRawStream): boolean => {
  const subtype = stream.dict.get(name('Subtype'));
  return subtype === name('Form') || (subtype === undefined && !stream.dict.has(name('Length1')));
};

function cleanStream(context: PDFContext, at: PDFObject, stream: PDFRawStream): string | null {
  const filter = stream.dict.get(name('Filter'))?.toString() ?? '';
  if (stream.dict.get(name('Subtype')) === name('Image')) {
    if (filter.includes('JPX')) return 'it has a JPEG 2000 picture';
    if (filter !== '/DCTDecode' && filter.includes('DCT')) return 'it has a picture packed twice';
    if (filter !== '/DCTDecode') return null;
    const bare = bareJpeg(stream.contents);
    if (bare === null) return 'it has a picture that cannot be read';
    if (at instanceof PDFRef && bare.length !== stream.contents.length)
      context.assign(at, PDFRawStream.of(stream.dict, bare));
    return null;
  }
  // Marked content may say other words than it shows; the page's own has been written anew without marks.
  return contentStream(stream) && /\b(?:BDC|DP)\b/.test(decoded(stream)) ? 'a part of it has marked content' : null;
}

/** The bytes of a stream without its packing, one character a byte; as they stand where the packing is unknown. */
export function decoded(stream: PDFRawStream): string {
  try {
    return Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
  } catch {
    return Buffer.from(stream.contents).toString('latin1');
  }
}
