import { PDFDict, PDFHexString, PDFName, type PDFObject, PDFRawStream, PDFString } from '@cantoo/pdf-lib';
import type { ValueSet } from '../../../../../domain/redaction/value-set.ts';
import { decoded } from './strip-page.ts';

/** Packed pixels hold no text; of a stream like this only what stands beside them is looked at. */
const isPicture = (stream: PDFRawStream): boolean => stream.dict.get(PDFName.of('Subtype')) === PDFName.of('Image');

/** One byte a character, as well as UTF-16 of either order once the zeros between are gone. */
const readings = (bytes: string): string[] => {
  const narrow = bytes.replaceAll('\0', '');
  return narrow === bytes ? [bytes] : [bytes, narrow];
};

/** Text that is written in hexadecimal: strings, and what glyphs stand for in a character map. */
function unhexed(text: string): string {
  return Array.from(text.matchAll(/<([0-9A-Fa-f\s]{8,})>/g), (match) =>
    Buffer.from((match[1] ?? '').replace(/\s/g, ''), 'hex').toString('latin1'),
  ).join(' ');
}

/**
 * Whether an object of a PDF holds one of the values in its own bytes: strings, names and streams, packed or not, as one byte
 * a character, as UTF-16 and in hexadecimal. Text that is drawn in pieces is not looked for here but read off the page.
 */
export function holdsValue(object: PDFObject, values: ValueSet): boolean {
  const found = (bytes: string): boolean => readings(bytes).some((text) => values.find(text).length > 0);
  if (object instanceof PDFString || object instanceof PDFHexString) return found(object.decodeText());
  if (object instanceof PDFName) return found(object.decodeText());
  if (object instanceof PDFDict) return object.keys().some((key) => found(key.decodeText()));
  if (!(object instanceof PDFRawStream)) return false;
  const text = isPicture(object) ? Buffer.from(object.contents).toString('latin1') : decoded(object);
  return found(text) || (!isPicture(object) && found(unhexed(text)));
}
