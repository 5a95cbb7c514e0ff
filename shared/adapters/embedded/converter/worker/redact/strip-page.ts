import { deflateSync } from 'node:zlib';
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
import { bareCff } from './bare-cff.ts';
import { bareFont } from './bare-font.ts';
import { barePicture } from './bare-picture.ts';
import { bareType1 } from './bare-type1.ts';
import { plainCharacterMap } from './character-map.ts';
import { isNamed, keepDrawing, keepListed, withoutProfile } from './drawing-entries.ts';
import { isPlainDrawing } from './form-content.ts';

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
const MAX_OBJECTS = 50_000;
const name = (text: string): PDFName => PDFName.of(text);

/** What a page reaches: every dictionary and stream, its own first. */
export interface PageParts {
  objects: ReadonlySet<PDFObject>;
  /** Why the page cannot stay a drawing; null when it can. */
  reason: string | null;
}

/** Something to look at: by which key of what it was reached. */
interface Reached {
  ref: PDFObject;
  key: string;
  named: boolean;
}

/** Takes from a page everything that is not drawn, and says what else speaks against keeping it as a drawing. */
export function stripPage(context: PDFContext, page: PDFDict): PageParts {
  for (const key of page.keys()) if (!PAGE_KEYS.has(key.decodeText())) page.delete(key);
  const objects = new Set<PDFObject>();
  const queue: Reached[] = [{ ref: page, key: 'Page', named: false }];
  let reason: string | null = null;
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { ref, key, named } = next;
    const found = ref instanceof PDFRef ? context.lookup(ref) : ref;
    if (found === undefined || objects.has(found)) continue;
    if (objects.size >= MAX_OBJECTS) return { objects, reason: 'it is made of too many objects' };
    objects.add(found);
    if (found instanceof PDFArray) {
      withoutProfile(found);
      reason ??= keepListed(found);
      for (const value of found.asArray()) queue.push({ ref: value, key, named: false });
      continue;
    }
    const dict = found instanceof PDFDict ? found : found instanceof PDFStream ? found.dict : null;
    if (dict === null) continue;
    reason ??= objection(context, dict);
    reason = keepDrawing(dict, named ? 'names' : 'entries') ?? reason;
    renameFont(dict);
    if (found instanceof PDFRawStream) reason ??= cleanStream(context, next, found);
    for (const [inner, value] of dict.entries())
      if (inner.decodeText() !== 'Parent')
        queue.push({ ref: value, key: inner.decodeText(), named: !named && isNamed(dict, inner) });
  }
  return { objects, reason };
}

/** Things that draw by programs of their own, where text could hide that nobody reads. */
function objection(context: PDFContext, dict: PDFDict): string | null {
  if (dict.has(name('OC')) || dict.has(name('OCGs'))) return 'it has optional layers';
  const subtype = dict.get(name('Subtype'));
  if (subtype === name('Type3')) return 'it has a font whose letters are drawings';
  if (subtype === name('PS')) return 'it has a PostScript object';
  if (dict.get(name('FunctionType'))?.toString() === '4') return 'it has a function that is a program';
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
  for (const key of ['BaseFont', 'FontName']) {
    const called = dict.get(name(key));
    if (called instanceof PDFName && !WELL_KNOWN.test(called.decodeText())) dict.set(name(key), name('AAAAAA+Font'));
  }
}

function cleanStream(context: PDFContext, { ref, key }: Reached, stream: PDFRawStream): string | null {
  const { dict } = stream;
  const replace = (bytes: Uint8Array | null, what: string): string | null => {
    if (bytes === null || !(ref instanceof PDFRef)) return `it has ${what} that cannot be read`;
    dict.set(name('Filter'), name('FlateDecode'));
    dict.delete(name('DecodeParms'));
    context.assign(ref, PDFRawStream.of(dict, deflateSync(bytes)));
    return null;
  };
  const subtype = dict.get(name('Subtype'));
  if (subtype === name('Image')) {
    const bared = barePicture(context, stream);
    if (bared !== null && 'stream' in bared && ref instanceof PDFRef) context.assign(ref, bared.stream);
    return bared !== null && 'reason' in bared ? bared.reason : null;
  }
  // Text that it does not show hides well in a part of a page; the page's own content has been written anew.
  if (subtype === name('Form')) return isPlainDrawing(decoded(stream)) ? null : 'a part of it does more than draw';
  const bytes = (): Buffer => Buffer.from(decoded(stream), 'latin1');
  switch (key) {
    case 'Contents':
      return MARKED.test(decoded(stream)) ? 'it has marked content' : null;
    case 'ToUnicode': {
      const map = plainCharacterMap(decoded(stream));
      return replace(map === null ? null : Buffer.from(map, 'latin1'), 'a map of characters');
    }
    case 'FontFile2':
      return replace(bareFont(bytes()), 'a font');
    case 'FontFile3':
      return replace(subtype === name('OpenType') ? bareFont(bytes()) : bareCff(bytes()), 'a font');
    case 'FontFile':
      return replace(bareType1(bytes(), Number(dict.get(name('Length1'))?.toString() ?? 0)), 'a font');
    case 'CIDToGIDMap':
    case 'Function':
    case 'Functions':
      return null;
    // A palette: pictures are written without theirs.
    case 'ColorSpace':
      return null;
    default:
      return 'it has data that no drawing of it needs';
  }
}

const MARKED = /\b(?:BDC|DP)\b/;

/** The bytes of a stream without its packing, one character a byte; as they stand where the packing is unknown. */
export function decoded(stream: PDFRawStream): string {
  try {
    return Buffer.from(decodePDFRawStream(stream).decode()).toString('latin1');
  } catch {
    return Buffer.from(stream.contents).toString('latin1');
  }
}
