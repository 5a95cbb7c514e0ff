import { beforeAll, describe, expect, it } from 'vitest';
import type { Word } from '#shared/domain/page.ts';
import type { Converter, RenderedPage } from '#shared/ports/converter.ts';
import { picture, pngClaiming, tiff, withExif } from '#tests/corpus/image-files.ts';
import { docx, paragraph, xlsx } from '#tests/corpus/office-files.ts';
import { encryptedPdf, leakyPdf, textPdf } from '#tests/corpus/pdf-files.ts';
import { codePng } from '#tests/support/code-png.ts';
import { collect, LIMITS, OFFICE_EXPECTED, outcome, pagesOf, sourceOf } from '#tests/support/converter-fixture.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const OFFICE_MS = 120_000;

/** What every Converter does. `create` gives the one under test; it is used for all tests. */
export function converterContract(create: () => Promise<Converter>): void {
  let converter: Converter;
  beforeAll(async () => {
    converter = await create();
  });
  const inspect = (data: string | Uint8Array, over = {}) =>
    converter.inspect({ source: sourceOf(data), limits: { ...LIMITS, ...over } });
  const toPdf = async (
    data: string | Uint8Array,
    mediaType: string,
    over: { password?: string; limits?: object } = {},
  ) => {
    const made = await converter.toPdf({
      source: sourceOf(data),
      mediaType,
      limits: { ...LIMITS, ...over.limits },
      ...(over.password === undefined ? {} : { password: over.password }),
    });
    return { ...made, bytes: await collect(made.pdf) };
  };
  const render = async (pdf: Uint8Array, from: number, to: number, dpi = 100) => {
    const pages = [];
    for await (const page of converter.renderPages({ pdf: sourceOf(pdf), from, to, dpi, limits: LIMITS }))
      pages.push(page);
    return pages;
  };
  const rendered = (page: Awaited<ReturnType<typeof render>>[number] | undefined): RenderedPage => {
    if (page === undefined || 'error' in page) throw new Error(`the page was not rendered: ${JSON.stringify(page)}`);
    return page;
  };
  const words = (page: RenderedPage): string => (page.textLayer?.words ?? []).map((word) => word.text).join(' ');

  describe('inspect', () => {
    it('tells types by content and reads no more than it needs', async () => {
      const large = Buffer.concat([picture('jpeg'), Buffer.alloc(4_000_000)]);
      const source = sourceOf(large);
      expect(await converter.inspect({ source, limits: LIMITS })).toMatchObject({ mediaType: 'image/jpeg', pages: 1 });
      expect(source.served).toBeLessThan(300_000);
      expect((await inspect(docx({ body: paragraph('x') }))).mediaType).toBe(DOCX);
      expect((await inspect(xlsx([['A1', 'x']]))).mediaType).toBe(XLSX);
      expect((await inspect('{\\rtf1 x}')).mediaType).toBe('application/rtf');
      expect((await inspect('<!doctype html><p>x')).mediaType).toBe('text/html');
      expect((await inspect('From: a@b.c\r\nSubject: x\r\n\r\nx')).mediaType).toBe('message/rfc822');
      expect((await inspect('just words')).mediaType).toBe('text/plain');
    });

    it('counts the pages of PDFs and TIFFs', async () => {
      expect((await inspect(await textPdf(['a', 'b', 'c']))).pages).toBe(3);
      expect((await inspect(tiff(4))).pages).toBe(4);
    });

    it('says which PDF needs a password, and lists active content', async () => {
      expect(await inspect(await encryptedPdf('x', 'secret'))).toMatchObject({ encrypted: true, pages: null });
      const flags = (await inspect(await leakyPdf('x', 'http://example.com'))).flags;
      expect(flags).toContain('embedded-files');
    });

    it('refuses what it cannot take, by code', async () => {
      expect(await outcome(inspect(''))).toBe('file_empty');
      expect(await outcome(inspect(Buffer.from('MZ\x90\0 a program')))).toBe('unsupported_media_type');
      expect(await outcome(inspect('%PDF-1.7 and nothing more'))).toBe('file_truncated');
      expect(await outcome(inspect(docx({ body: paragraph('x') }).subarray(0, 900)))).toBe('file_truncated');
      expect(await outcome(inspect(await textPdf(['a', 'b', 'c']), { maxPages: 2 }))).toBe('too_many_pages');
      expect(await outcome(inspect(pngClaiming(50_000, 50_000, 1)))).toBe('too_many_pixels');
    });
  });

  describe('toPdf', () => {
    it('opens a PDF with its password and writes it without', async () => {
      const locked = await encryptedPdf('Opened at last', 'secret');
      expect(await outcome(toPdf(locked, 'application/pdf'))).toBe('password_required');
      expect(await outcome(toPdf(locked, 'application/pdf', { password: 'wrong' }))).toBe('password_wrong');
      const { bytes, pages } = await toPdf(locked, 'application/pdf', { password: 'secret' });
      expect(pages).toHaveLength(1);
      expect((await inspect(bytes)).encrypted).toBe(false);
      expect(words(rendered((await render(bytes, 1, 1))[0]))).toBe('Opened at last');
    });

    it('leaves no active content, attachments, forms or metadata in a PDF', async () => {
      const { bytes } = await toPdf(await leakyPdf('TOPSECRET', 'http://example.com'), 'application/pdf');
      const text = bytes.toString('latin1');
      for (const name of [
        '/AA',
        '/OpenAction',
        '/JavaScript',
        '/Launch',
        '/EmbeddedFile',
        '/AcroForm',
        '/Annots',
        '/PieceInfo',
      ])
        expect(text, name).not.toMatch(new RegExp(`${name}\\b`));
      expect((await inspect(bytes)).flags).toEqual([]);
    });

    it('makes one upright page a picture, with the pixels of the picture and nothing else of it', async () => {
      const made = await toPdf(withExif(picture('jpeg'), 6, 'GPS AND THUMBNAIL'), 'image/jpeg');
      expect(made.bytes.includes('GPS AND THUMBNAIL')).toBe(false);
      const page = rendered((await render(made.bytes, 1, 1, 200))[0]);
      expect([page.width, page.height]).toEqual([40, 60]);
      expect((await toPdf(tiff(3), 'image/tiff')).pages).toHaveLength(3);
      for (const format of ['png', 'jpeg'] as const)
        expect(await outcome(toPdf(picture(format).subarray(0, -20), `image/${format}`))).toBe('file_truncated');
    });

    it.runIf(OFFICE_EXPECTED)(
      'converts Office documents, or says how to install what is missing',
      async () => {
        expect((await converter.office()).available, 'LibreOffice is needed; set RECTO_NO_OFFICE=1 to go without').toBe(
          true,
        );
        const { bytes, pages } = await toPdf(docx({ body: paragraph('Grüße aus dem Büro') }), DOCX);
        expect(pages).toHaveLength(1);
        expect(words(rendered((await render(bytes, 1, 1))[0]))).toBe('Grüße aus dem Büro');
        expect((await converter.office()).lastSuccessAt).not.toBeNull();
      },
      OFFICE_MS,
    );

    it.runIf(OFFICE_EXPECTED)(
      'counts the rows of tables and keeps their cells as written',
      async () => {
        const csv = await toPdf('name,zip\n"Doe, Jo",00123\nMüller,=1+1\n', 'text/csv');
        expect(csv.rows).toBe(3);
        expect(words(rendered((await render(csv.bytes, 1, 1))[0]))).toContain('00123');
        // As many letters as the head of its column, but wider ones: nothing is cut off at the cell's edge.
        const wide = await toPdf('no,description,amount\n99,MMWWMMWWMMW,1.00\n', 'text/csv');
        expect(words(rendered((await render(wide.bytes, 1, 1))[0]))).toContain('99 MMWWMMWWMMW 1.00');
        expect(
          (
            await toPdf(
              xlsx([
                ['A1', 'a'],
                ['A3', 'b'],
              ]),
              XLSX,
            )
          ).rows,
        ).toBe(2);
      },
      OFFICE_MS,
    );

    it.runIf(OFFICE_EXPECTED)(
      'lays out text, Markdown, HTML and mail',
      async () => {
        const shown = async (data: string, mediaType: string) => {
          const made = await toPdf(data, mediaType);
          return { ...made, text: words(rendered((await render(made.bytes, 1, 1))[0])) };
        };
        expect((await shown('Zeile 中文', 'text/plain')).text).toBe('Zeile 中文');
        expect((await shown('# Title\n\n*soft* words', 'text/markdown')).text).toBe('Title soft words');
        expect((await shown('<p>kept<script>dropped()</script>', 'text/html')).text).toBe('kept');
        const mail = await shown(
          'From: Ann <a@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n--x\r\nContent-Disposition: attachment; filename=bill.pdf\r\n\r\nabc\r\n--x--\r\n',
          'message/rfc822',
        );
        expect(mail.text).toContain('Grüße');
        expect(mail.text).toContain('bill.pdf');
        expect(mail.warnings).toContain('attachments');
      },
      OFFICE_MS,
    );

    it.runIf(OFFICE_EXPECTED)(
      'keeps to its limits',
      async () => {
        const pageBreak = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>';
        const long = docx({ body: pageBreak.repeat(5) });
        expect(await outcome(toPdf(long, DOCX, { limits: { maxPages: 2 } }))).toBe('too_many_pages');
        expect(await outcome(toPdf(long, DOCX, { limits: { maxOutputBytes: 100 } }))).toBe('conversion_failed');
        expect(await outcome(toPdf(picture('png'), 'image/svg+xml'))).toBe('unsupported_media_type');
      },
      OFFICE_MS,
    );
  });

  describe('renderPages', () => {
    it('reads the barcodes and matrix codes of a page where it is asked to', async () => {
      for (const format of ['QRCode', 'Code128', 'DataMatrix', 'PDF417'] as const) {
        const png = await codePng('HARBOUR 0042', format);
        const { bytes } = await toPdf(png, 'image/png');
        const params = { pdf: sourceOf(bytes), from: 1, to: 1, dpi: 200, limits: LIMITS };
        for await (const page of converter.renderPages({ ...params, codes: true })) {
          const [code] = rendered(page).codes ?? [];
          expect(code, format).toMatchObject({ format, text: 'HARBOUR 0042' });
          const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = code?.box ?? [];
          const { width, height } = rendered(page);
          expect((x1 - x0) * (y1 - y0), format).toBeGreaterThan(width * height * 0.4);
        }
        for await (const page of converter.renderPages(params)) expect(rendered(page).codes).toBeUndefined();
      }
    });

    it('gives pages in order, as PNG, with words and lines in pixels of the image', async () => {
      const pages = (await render(await textPdf(['one', 'first line\nsecond line', 'three']), 2, 3)).map(rendered);
      expect(pages.map((page) => page.number)).toEqual([2, 3]);
      const [page] = pages;
      expect(Buffer.from(page?.png.subarray(1, 4) ?? []).toString()).toBe('PNG');
      expect([page?.width, page?.height, page?.dpi]).toEqual([826, 1169, 100]);
      expect(page?.textLayer?.lines).toEqual([
        [0, 2],
        [2, 4],
      ]);
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = page?.textLayer?.words[0]?.box ?? [];
      // 60 points from the left; the base line 780 points up.
      expect(Math.abs(x0 - (60 * 100) / 72)).toBeLessThan(3);
      expect(Math.abs(y1 - ((842 - 780) * 100) / 72)).toBeLessThan(3);
      expect(x1 > x0 && y1 > y0).toBe(true);
    });

    it('renders large pages at the resolution that fits the pixel limit', async () => {
      const pdf = sourceOf(await textPdf(['x']));
      for await (const page of converter.renderPages({
        pdf,
        from: 1,
        to: 1,
        dpi: 600,
        limits: { ...LIMITS, maxPixels: 1_000_000 },
      })) {
        const { width, height, dpi } = rendered(page);
        expect(width * height).toBeLessThanOrEqual(1_010_000);
        expect(dpi).toBeLessThan(600);
      }
    });

    it('answers a page that does not exist with its error and goes on', async () => {
      const pages = await render(await textPdf(['a', 'b']), 2, 3);
      expect(pages[0]).not.toHaveProperty('error');
      expect(pages[1]).toMatchObject({ number: 3, error: { code: 'file_corrupt' } });
    });

    it('trusts no layer where a picture fills the page, and needs none on an empty page', async () => {
      const scan = await toPdf(picture('png', 800, 600), 'image/png');
      expect(rendered((await render(scan.bytes, 1, 1))[0]).textLayer).toBeNull();
      expect(rendered((await render(await textPdf(['']), 1, 1))[0]).textLayer).toEqual({ words: [], lines: [] });
    });
  });

  describe('redactPdf', () => {
    it('keeps nothing of the original but pixels, and exactly the words it is given', async () => {
      const secret = 'TOPSECRET';
      const { bytes } = await toPdf(await leakyPdf(secret, 'http://example.com'), 'application/pdf');
      const made = await converter.redactPdf({
        pdf: sourceOf(bytes),
        limits: LIMITS,
        forbidden: [],
        pages: pagesOf({
          number: 1,
          dpi: 100,
          boxes: [[0, 0, 827, 1170]],
          words: [
            { text: 'Öffentlich', confidence: 1, box: [100, 100, 200, 120] },
            { text: '公開😀', confidence: 1, box: [210, 100, 300, 120] },
          ],
          as: 'picture',
        }),
      });
      const redacted = await collect(made.pdf);
      expect(redacted.includes(secret)).toBe(false);
      const again = await toPdf(redacted, 'application/pdf');
      const [page] = await render(again.bytes, 1, 1);
      // A page image fills it, so the layer is not trusted; but nothing is visible, all is black.
      expect(rendered(page).textLayer).toBeNull();
      expect(rendered(page).png.length).toBeLessThan(5_000);
    });
  });

  it('lays words over the places where they were read, whichever way they run', async () => {
    const { bytes } = await toPdf(await textPdf(['x']), 'application/pdf');
    const word = (text: string, box: Word['box']): Word => ({ text, confidence: 1, box });
    const words = [
      ...[word('along', [100, 100, 180, 120]), word('the', [190, 100, 230, 120]), word('line', [240, 100, 300, 120])],
      ...[word('down', [400, 100, 420, 180]), word('the', [400, 190, 420, 230]), word('page', [400, 240, 420, 310])],
      ...[word('and', [500, 300, 520, 350]), word('up', [500, 260, 520, 290]), word('again', [500, 160, 520, 250])],
    ];
    const made = await converter.redactPdf({
      pdf: sourceOf(bytes),
      limits: LIMITS,
      forbidden: [],
      pages: pagesOf({ number: 1, dpi: 100, boxes: [], words, as: 'picture' }),
    });
    const source = sourceOf(await collect(made.pdf));
    for await (const page of converter.renderPages({
      ...{ pdf: source, from: 1, to: 1, dpi: 100, anyTextLayer: true, limits: LIMITS },
    })) {
      const read = rendered(page).textLayer?.words ?? [];
      expect(read.map(({ text }) => text)).toEqual(words.map(({ text }) => text));
      // The sides of its box, each within three pixels.
      for (const [index, { box }] of read.entries())
        for (const side of [0, 1, 2, 3] as const)
          expect(Math.abs(box[side] - (words[index]?.box[side] ?? 0))).toBeLessThanOrEqual(3);
    }
  });

  it('stops when it is told to', async () => {
    const controller = new AbortController();
    controller.abort(new Error('told to stop'));
    const call = converter.inspect({ source: sourceOf('x'), limits: LIMITS, signal: controller.signal });
    await expect(call).rejects.toThrow('told to stop');
  });
}
