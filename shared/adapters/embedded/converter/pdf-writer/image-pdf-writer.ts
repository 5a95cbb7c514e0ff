import { type FileHandle, open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { RectoError } from '../../../../domain/errors.ts';
import type { Word } from '../../../../domain/page.ts';
import type { PageImage } from '../doc-protocol.ts';
import { glyphlessFont } from './glyphless-font.ts';
import { CharacterCodes, invisibleText } from './invisible-text.ts';

const squeeze = promisify(deflate);
const [CATALOG, PAGES, FONT, CID_FONT, DESCRIPTOR, FONT_FILE, GID_MAP, TO_UNICODE] = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const FIRST_FREE = 9;
const CID_COUNT = 65_536;

/**
 * Writes a PDF of page images with invisible text, page by page, to a file: memory holds one page. There is nothing in it
 * but pages: no metadata, no dates, no ids, no names of programs.
 */
export class ImagePdfWriter {
  readonly #file: FileHandle;
  readonly #maxBytes: number;
  readonly #offsets = new Map<number, number>();
  readonly #pages: number[] = [];
  readonly #codes = new CharacterCodes();
  #position = 0;
  #next = FIRST_FREE;

  private constructor(file: FileHandle, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  static async create(file: string, maxBytes: number): Promise<ImagePdfWriter> {
    const writer = new ImagePdfWriter(await open(file, 'wx', 0o600), maxBytes);
    await writer.#write('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n');
    return writer;
  }

  /** `words` have their boxes in pixels at `dpi` of the page. Error: `conversion_failed` above the output limit. */
  async addPage(image: PageImage, words: readonly Word[], dpi: number): Promise<void> {
    const { width, height } = image.page;
    const [picture, contents, page] = [this.#next++, this.#next++, this.#next++];
    const space = image.gray ? '/DeviceGray' : '/DeviceRGB';
    const predictor =
      image.filter === 'FlateDecode'
        ? ` /DecodeParms << /Predictor 15 /Colors ${image.gray ? 1 : 3} /BitsPerComponent 8 /Columns ${image.width} >>`
        : '';
    await this.#stream(
      picture,
      `/Type /XObject /Subtype /Image /Width ${image.width} /Height ${image.height} /ColorSpace ${space} /BitsPerComponent 8 /Filter /${image.filter}${predictor}`,
      await readFile(image.file),
    );
    const text = invisibleText(words, dpi, image.page, this.#codes);
    const operators = `q ${width} 0 0 ${height} 0 0 cm /I Do Q\n${text}`;
    await this.#stream(contents, '/Filter /FlateDecode', await squeeze(operators));
    await this.#object(
      page,
      `<< /Type /Page /Parent ${PAGES} 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${contents} 0 R` +
        ` /Resources << /XObject << /I ${picture} 0 R >> /Font << /T ${FONT} 0 R >> >> >>`,
    );
    this.#pages.push(page);
  }

  async finish(): Promise<void> {
    await this.#writeFont();
    const kids = this.#pages.map((page) => `${page} 0 R`).join(' ');
    await this.#object(PAGES, `<< /Type /Pages /Count ${this.#pages.length} /Kids [${kids}] >>`);
    await this.#object(CATALOG, `<< /Type /Catalog /Pages ${PAGES} 0 R >>`);
    const start = this.#position;
    const rows = Array.from(
      { length: this.#next - 1 },
      (_, i) => `${String(this.#offsets.get(i + 1)).padStart(10, '0')} 00000 n \n`,
    );
    await this.#write(
      `xref\n0 ${this.#next}\n0000000000 65535 f \n${rows.join('')}trailer\n<< /Size ${this.#next} /Root ${CATALOG} 0 R >>\nstartxref\n${start}\n%%EOF\n`,
    );
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #writeFont(): Promise<void> {
    const name = 'AAAAAA+Invisible';
    await this.#object(
      FONT,
      `<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${CID_FONT} 0 R] /ToUnicode ${TO_UNICODE} 0 R >>`,
    );
    await this.#object(
      CID_FONT,
      `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>` +
        ` /FontDescriptor ${DESCRIPTOR} 0 R /DW 500 /CIDToGIDMap ${GID_MAP} 0 R >>`,
    );
    await this.#object(
      DESCRIPTOR,
      `<< /Type /FontDescriptor /FontName /${name} /Flags 4 /FontBBox [0 -200 500 800] /ItalicAngle 0 /Ascent 800 /Descent -200` +
        ` /CapHeight 800 /StemV 80 /FontFile2 ${FONT_FILE} 0 R >>`,
    );
    const font = glyphlessFont();
    await this.#stream(FONT_FILE, `/Length1 ${font.length} /Filter /FlateDecode`, await squeeze(font));
    const map = Buffer.alloc(CID_COUNT * 2);
    for (let i = 0; i < CID_COUNT; i++) map.writeUInt16BE(1, i * 2);
    await this.#stream(GID_MAP, '/Filter /FlateDecode', await squeeze(map));
    await this.#stream(TO_UNICODE, '/Filter /FlateDecode', await squeeze(this.#codes.toUnicode()));
  }

  async #stream(id: number, entries: string, data: Uint8Array): Promise<void> {
    this.#offsets.set(id, this.#position);
    await this.#write(`${id} 0 obj\n<< ${entries} /Length ${data.length} >>\nstream\n`);
    await this.#write(data);
    await this.#write('\nendstream\nendobj\n');
  }

  async #object(id: number, body: string): Promise<void> {
    this.#offsets.set(id, this.#position);
    await this.#write(`${id} 0 obj\n${body}\nendobj\n`);
  }

  async #write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    if (this.#position + bytes.length > this.#maxBytes)
      throw new RectoError(
        'conversion_failed',
        `The PDF would have more than ${this.#maxBytes} bytes. Split the document and send the parts.`,
        {
          details: { maxOutputBytes: this.#maxBytes },
        },
      );
    await this.#file.write(bytes);
    this.#position += bytes.length;
  }
}
