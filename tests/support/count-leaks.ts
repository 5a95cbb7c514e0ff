import { decodePDFRawStream, PDFDocument, PDFHexString, PDFName, PDFRawStream, PDFString } from '@cantoo/pdf-lib';

/** Everything a PDF's bytes say, each in the ways that text can be written: as it stands and unpacked. */
async function readings(bytes: Buffer): Promise<string[]> {
  const texts = [bytes.toString('latin1')];
  const pdf = await PDFDocument.load(bytes, { updateMetadata: false });
  for (const [, object] of pdf.context.enumerateIndirectObjects()) {
    texts.push(object.toString());
    if (object instanceof PDFString || object instanceof PDFHexString) texts.push(object.decodeText());
    if (!(object instanceof PDFRawStream)) continue;
    const isPicture = object.dict.get(PDFName.of('Subtype')) === PDFName.of('Image');
    const plain = isPicture && object.dict.get(PDFName.of('Filter'))?.toString() === '/DCTDecode';
    texts.push(Buffer.from(plain ? object.contents : decodePDFRawStream(object).decode()).toString('latin1'));
  }
  return texts.flatMap((text) => [
    text,
    text.replaceAll('\0', ''),
    Array.from(text.matchAll(/<([0-9A-Fa-f\s]{8,})>/g), (match) =>
      Buffer.from((match[1] ?? '').replace(/\s/g, ''), 'hex')
        .toString('latin1')
        .replaceAll('\0', ''),
    ).join(' '),
  ]);
}

/** Which of the secrets the bytes of a PDF say, whole, in any encoding that a PDF has for text. */
export async function secretsInBytes(bytes: Buffer, secrets: readonly string[]): Promise<string[]> {
  const texts = await readings(bytes);
  return secrets.filter((secret) => texts.some((text) => text.replaceAll('#40', '@').includes(secret)));
}

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Which of the secrets a text says, however it is spaced. */
export function secretsInText(text: string, secrets: readonly string[]): string[] {
  const said = plain(text);
  return secrets.filter((secret) => said.includes(plain(secret.split('@')[0] ?? secret)));
}
