import { deflateSync } from 'node:zlib';

/** Writes PDFs object by object, also such as no library would write. Object 1 is the catalog, object 2 the page tree. */
export class RawPdf {
  readonly #objects: (string | Buffer)[] = ['', ''];
  readonly #pages: number[] = [];
  catalog = '';
  trailer = '';

  /** The number of the new object. */
  object(body: string | Buffer): number {
    this.#objects.push(body);
    return this.#objects.length;
  }

  stream(data: string | Buffer, entries = '', deflate = true): number {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    const packed = deflate ? deflateSync(bytes) : bytes;
    const filter = deflate ? '/Filter /FlateDecode ' : '';
    return this.object(
      Buffer.concat([
        Buffer.from(`<< ${entries} ${filter}/Length ${packed.length} >>\nstream\n`, 'latin1'),
        packed,
        Buffer.from('\nendstream', 'latin1'),
      ]),
    );
  }

  /** A page of 400 x 300 points; `resources` and `entries` are the insides of its dictionaries. */
  page(content: string, { resources = '', entries = '', fonts = '' } = {}): number {
    const contents = this.stream(content);
    const page = this.object(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents ${contents} 0 R` +
        ` /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> ${fonts} >> ${resources} >> ${entries} >>`,
    );
    this.#pages.push(page);
    return page;
  }

  bytes(): Buffer {
    this.#objects[0] = `<< /Type /Catalog /Pages 2 0 R ${this.catalog} >>`;
    this.#objects[1] = `<< /Type /Pages /Count ${this.#pages.length} /Kids [${this.#pages.map((page) => `${page} 0 R`).join(' ')}] >>`;
    const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
    let at = parts[0]?.length ?? 0;
    const offsets = this.#objects.map((body, index) => {
      const bytes = Buffer.concat([
        Buffer.from(`${index + 1} 0 obj\n`, 'latin1'),
        typeof body === 'string' ? Buffer.from(body, 'latin1') : body,
        Buffer.from('\nendobj\n', 'latin1'),
      ]);
      parts.push(bytes);
      at += bytes.length;
      return at - bytes.length;
    });
    const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
    parts.push(
      Buffer.from(
        `xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R ${this.trailer} >>\nstartxref\n${at}\n%%EOF\n`,
        'latin1',
      ),
    );
    return Buffer.concat(parts);
  }
}
