import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule as prepareReader, readBarcodes } from 'zxing-wasm/reader';
import { prepareZXingModule, type WriterOptions, writeBarcode } from 'zxing-wasm/writer';

export type CodeFormat = NonNullable<WriterOptions['format']>;

let loaded: Promise<unknown> | null = null;

async function code(text: string, format: CodeFormat, scale: number) {
  loaded ??= prepareZXingModule({
    overrides: {
      wasmBinary: Uint8Array.from(
        readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm'))),
      ).buffer,
    },
    fireImmediately: true,
  });
  await loaded;
  const made = await writeBarcode(text, { format, scale });
  if (made.error !== '' || made.image === null) throw new Error(`no ${format}: ${made.error}`);
  return { symbol: made.symbol, image: made.image };
}

/** A code as a picture, with the white around it that readers need. */
export async function codePng(text: string, format: CodeFormat): Promise<Buffer> {
  return Buffer.from(await (await code(text, format, 4)).image.arrayBuffer());
}

/** What the codes of a picture say. */
export async function codesOf(png: Buffer): Promise<string[]> {
  const binary = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  await prepareReader({ overrides: { wasmBinary: Uint8Array.from(binary).buffer }, fireImmediately: true });
  return (await readBarcodes(Uint8Array.from(png))).map(({ text }) => text);
}

/** A code as its modules: one byte each, dark below 128; a barcode has one row. */
export const codeModules = async (text: string, format: CodeFormat) => (await code(text, format, 1)).symbol;
