import {
  type PDFArray,
  type PDFDict,
  PDFHexString,
  PDFName,
  type PDFObject,
  PDFRawStream,
  PDFString,
} from '@cantoo/pdf-lib';

/** Keys with which pages are drawn (PDF 32000-1, chapters 7 to 11); whatever else a dictionary says goes. */
const DRAWING_KEYS = new Set(
  [
    'Type Subtype Parent MediaBox CropBox Rotate Resources Contents Group UserUnit',
    'Font XObject ExtGState ColorSpace Pattern Shading',
    'BaseFont FirstChar LastChar Widths FontDescriptor Encoding BaseEncoding Differences ToUnicode DescendantFonts',
    'CIDSystemInfo Registry Ordering Supplement DW W DW2 W2 CIDToGIDMap WMode UseCMap',
    'FontName Flags FontBBox ItalicAngle Ascent Descent Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth',
    'MissingWidth FontFile FontFile2 FontFile3 Length Length1 Length2 Length3 Filter DecodeParms Predictor Colors',
    'Columns EarlyChange K EndOfLine EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError ColorTransform',
    'Width Height BitsPerComponent Intent ImageMask Mask SMask Decode Interpolate Matte FormType BBox Matrix S CS I',
    'LW LC LJ ML D RI OP op OPM FL SM SA BM CA ca AIS TK ShadingType Background AntiAlias Coords Domain Function Extend',
    'FunctionType Range C0 C1 N Functions Bounds Encode Size BitsPerSample Order WhitePoint BlackPoint Gamma Alternate',
    'PatternType OC OCGs JBIG2Globals',
  ].flatMap((line) => line.split(' ')),
);
/** Dictionaries under these keys say by which names a drawing calls things. */
const NAMED = ['Font', 'XObject', 'ExtGState', 'ColorSpace', 'Pattern', 'Shading'];
const DRAWING_NAMES = new Set(
  [
    'Page Font XObject Form Image Type1 MMType1 TrueType Type0 CIDFontType0 CIDFontType2 Type1C CIDFontType0C OpenType',
    'Type3 FontDescriptor Encoding CMap ExtGState Pattern Group Transparency Luminosity Alpha Identity Identity-H',
    'Identity-V WinAnsiEncoding MacRomanEncoding StandardEncoding MacExpertEncoding DeviceGray DeviceRGB DeviceCMYK',
    'CalGray CalRGB CalCMYK Lab ICCBased Indexed Separation DeviceN G RGB CMYK FlateDecode LZWDecode ASCII85Decode',
    'ASCIIHexDecode RunLengthDecode CCITTFaxDecode DCTDecode JBIG2Decode JPXDecode Normal Compatible Multiply Screen',
    'Overlay Darken Lighten ColorDodge ColorBurn HardLight SoftLight Difference Exclusion Hue Saturation Color',
    'AbsoluteColorimetric RelativeColorimetric Perceptual Default None All Cyan Magenta Yellow Black PS',
  ].flatMap((line) => line.split(' ')),
);
/** Predefined character maps, such as `UniGB-UTF16-H`. */
const CHARACTER_MAP =
  /^(?:Uni\w{1,8}|GBK?\w{0,6}|B5pc|HKscs|ETen\w{0,4}|CNS|83pv|90\w{2,4}|Add|EUC|Ext|KSC\w{0,5})(?:-[A-Z0-9a-z]{1,8}){0,3}-[HV]$/;
const COLLECTIONS = new Set(['Adobe', 'Identity', 'Japan1', 'GB1', 'CNS1', 'Korea1', 'KR', 'UCS']);
/** What programs call fonts and pictures: a few letters and a number. */
const CALLED =
  /^(?:[A-Za-z]{0,4}|Font|Image|Img|Form|XObject|Default(?:Gray|RGB|CMYK)|Pattern|Shading|CairoFont|GState|ExtGState|Cs)[-_.]?\d{0,6}(?:[-_.]\d{1,6}){0,2}$/;
/** What programs call glyphs: words, letters and numbers, but no address and no number of more than five digits. */
const GLYPH =
  /^(?:\.notdef|\.null|[A-Za-z]{1,24}|[A-Za-z]{0,8}[-_.]?[0-9A-Fa-f]{1,5}|u(?:ni)?[0-9A-F]{4,6}|[A-Za-z]{1,16}\.[a-z0-9]{1,6})$/;

/** Removes from a dictionary what no drawing needs, and says what is left that only text would. Null when that is nothing. */
export function keepDrawing(dict: PDFDict, role: 'names' | 'entries'): string | null {
  for (const [key, value] of dict.entries()) {
    const text = key.decodeText();
    if (role === 'names') {
      if (!CALLED.test(text)) return 'a thing in it has a name that says something';
    } else if (!DRAWING_KEYS.has(text)) {
      dict.delete(key);
      continue;
    }
    if (text === 'BaseFont' || text === 'FontName') continue;
    if (value instanceof PDFName && !isDrawingName(value)) return 'an entry of it says what no drawing needs';
    if (isText(value) && !((text === 'Registry' || text === 'Ordering') && COLLECTIONS.has(value.decodeText())))
      return 'an entry of it holds text';
  }
  return null;
}

const isText = (value: PDFObject | undefined): value is PDFString | PDFHexString =>
  value instanceof PDFString || value instanceof PDFHexString;
const isDrawingName = (name: PDFName): boolean =>
  DRAWING_NAMES.has(name.decodeText()) || CHARACTER_MAP.test(name.decodeText());

/** The same of a list: names of glyphs and colours are what they are called by, a palette is bytes. */
export function keepListed(list: PDFArray): string | null {
  const [first] = list.asArray();
  const kind = first instanceof PDFName ? first.decodeText() : '';
  if (kind === 'Separation') list.set(1, inkOf(list.get(1)));
  if (kind === 'DeviceN' && list.size() > 4) list.remove(4);
  for (const value of list.asArray()) {
    if (isText(value) && kind !== 'Indexed') return 'a list in it holds text';
    if (value instanceof PDFName && !isDrawingName(value) && !GLYPH.test(value.decodeText()))
      return 'a name in it says what no drawing needs';
  }
  return null;
}

/** Inks that every device knows keep their names; others are painted by their alternative, whatever they are called. */
const inkOf = (ink: PDFObject): PDFObject => (ink instanceof PDFName && isDrawingName(ink) ? ink : PDFName.of('Ink'));

/** Whether a key of the dictionary leads to one of names. */
export const isNamed = (dict: PDFDict, key: PDFName): boolean =>
  NAMED.includes(key.decodeText()) && !dict.has(PDFName.of('PatternType'));

/** A colour profile says text; the device's own colours stand in for it, and the page is looked at afterwards. */
export function withoutProfile(list: PDFArray): void {
  if (list.get(0) !== PDFName.of('ICCBased')) return;
  const profile = list.lookup(1);
  const count = profile instanceof PDFRawStream ? profile.dict.get(PDFName.of('N'))?.toString() : undefined;
  list.set(0, PDFName.of(count === '1' ? 'DeviceGray' : count === '4' ? 'DeviceCMYK' : 'DeviceRGB'));
  while (list.size() > 1) list.remove(1);
}
