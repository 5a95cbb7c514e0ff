import { RawPdf } from './raw-pdf.ts';

type Plant = (pdf: RawPdf, secret: string) => void;

const TEXT = 'BT /F 14 Tf 40 260 Td (The harbour office opens at nine.) Tj ET\n';
const HELVETICA = '/Type /Font /Subtype /Type1 /BaseFont /Helvetica';
const WORD = 'BT /T 14 Tf 40 200 Td (quiet) Tj ET\n';

/** Grey pixels: a plain field whose last rows hold the secret's characters. */
const pixels = (secret: string, width = 64, rows = 64): Buffer => {
  const data = Buffer.alloc(width * rows, 200);
  data.write(secret, width * (rows - 1) + 8, 'latin1');
  return data;
};
const image = (pdf: RawPdf, data: Buffer, entries = ''): number =>
  pdf.stream(
    data,
    `/Type /XObject /Subtype /Image /Width 64 /Height ${data.length / 64} /ColorSpace /DeviceGray /BitsPerComponent 8 ${entries}`,
  );
const pictured =
  (content: string, entries: (pdf: RawPdf) => string = () => ''): Plant =>
  (pdf, s) =>
    pdf.page(TEXT + content, { resources: `/XObject << /I ${image(pdf, pixels(s), entries(pdf))} 0 R >>` });
const worded =
  (entries: (secret: string, pdf: RawPdf) => string): Plant =>
  (pdf, s) =>
    pdf.page(TEXT + WORD, { fonts: `/T << ${entries(s, pdf)} >>` });
const escaped = (secret: string): string => secret.replace('@', '#40');

/** Places in what a page is drawn with that show nothing themselves. */
export const PARTS: Readonly<Record<string, Plant>> = {
  'pixels outside a clip path': pictured('q 40 140 160 60 re W n 160 0 0 160 40 40 cm /I Do Q\n'),
  'pixels outside a slanted clip path': pictured('q 40 140 m 200 140 l 200 200 l W n 160 0 0 160 40 40 cm /I Do Q\n'),
  'pixels beyond the page': pictured('q 160 0 0 160 40 -80 cm /I Do Q\n'),
  'pixels outside the crop box': (pdf, s) =>
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, {
      resources: `/XObject << /I ${image(pdf, pixels(s))} 0 R >>`,
      entries: '/CropBox [0 100 400 300]',
    }),
  'pixels outside a form': (pdf, s) => {
    const form = pdf.stream(
      'q 160 0 0 160 0 0 cm /I Do Q\n',
      `/Type /XObject /Subtype /Form /BBox [0 80 160 160] /Resources << /XObject << /I ${image(pdf, pixels(s))} 0 R >> >>`,
    );
    pdf.page(`${TEXT}q 1 0 0 1 40 40 cm /X Do Q\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'pixels in a form beyond the page': (pdf, s) => {
    const form = pdf.stream(
      'q 160 0 0 160 0 0 cm /I Do Q\n',
      `/Type /XObject /Subtype /Form /BBox [0 0 160 160] /Resources << /XObject << /I ${image(pdf, pixels(s))} 0 R >> >>`,
    );
    pdf.page(`${TEXT}q 1 0 0 1 40 -100 cm /X Do Q\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'pixels under a black box': pictured('q 160 0 0 160 40 40 cm /I Do Q 0 0 0 rg 30 30 200 60 re f\n'),
  'pixels under a picture': (pdf, s) =>
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q q 200 0 0 60 30 30 cm /J Do Q\n`, {
      resources: `/XObject << /I ${image(pdf, pixels(s))} 0 R /J ${image(pdf, Buffer.alloc(64 * 64, 90))} 0 R >>`,
    }),
  'pixels of a picture too small to see': pictured('q 1 0 0 1 40 40 cm /I Do Q\n'),
  'pixels of a picture seen through': (pdf, s) =>
    pdf.page(`${TEXT}q /G gs 160 0 0 160 40 40 cm /I Do Q\n`, {
      resources: `/ExtGState << /G << /ca 0 >> >> /XObject << /I ${image(pdf, pixels(s))} 0 R >>`,
    }),
  'pixels under a soft mask': pictured('q 160 0 0 160 40 40 cm /I Do Q\n', (pdf) => {
    const alpha = Buffer.alloc(64 * 64, 255);
    alpha.fill(0, 64 * 63);
    return `/SMask ${image(pdf, alpha)} 0 R`;
  }),
  'pixels under a stencil': pictured('q 160 0 0 160 40 40 cm /I Do Q\n', (pdf) => {
    const mask = Buffer.alloc(8 * 64, 0);
    mask.fill(255, 8 * 63);
    const stencil = pdf.stream(
      mask,
      '/Type /XObject /Subtype /Image /Width 64 /Height 64 /ImageMask true /BitsPerComponent 1',
    );
    return `/Mask ${stencil} 0 R`;
  }),
  'pixels of masked colours': pictured('q 160 0 0 160 40 40 cm /I Do Q\n', () => '/Mask [0 199]'),
  'pixels that are decoded to one colour': pictured('q 160 0 0 160 40 40 cm /I Do Q\n', () => '/Decode [1 1]'),
  'pixels of a palette of one colour': (pdf, s) => {
    const picture = pdf.stream(
      pixels(s),
      `/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace [/Indexed /DeviceGray 255 <${'c8'.repeat(256)}>] /BitsPerComponent 8`,
    );
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, { resources: `/XObject << /I ${picture} 0 R >>` });
  },
  'bytes after the pixels': (pdf, s) => {
    const picture = pdf.stream(
      Buffer.concat([Buffer.alloc(64 * 64, 200), Buffer.from(s)]),
      '/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceGray /BitsPerComponent 8',
    );
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, { resources: `/XObject << /I ${picture} 0 R >>` });
  },
  'palette of a picture': (pdf, s) => {
    const palette = Buffer.alloc(768, 200);
    palette.write(s, 700);
    const picture = pdf.stream(
      Buffer.alloc(64 * 64, 1),
      `/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace [/Indexed /DeviceRGB 255 <${palette.toString('hex')}>] /BitsPerComponent 8`,
    );
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, { resources: `/XObject << /I ${picture} 0 R >>` });
  },
  'picture that is never painted': pictured(''),
  'key of a picture': (pdf, s) =>
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, {
      resources: `/XObject << /I ${image(pdf, Buffer.alloc(4096, 200), `/Secret (${s})`)} 0 R >>`,
    }),
  'name of a picture': (pdf, s) =>
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /${escaped(s)} Do Q\n`, {
      resources: `/XObject << /${escaped(s)} ${image(pdf, Buffer.alloc(4096, 200))} 0 R >>`,
    }),
  'key of a font': worded((s) => `${HELVETICA} /Secret (${s})`),
  'name among the keys of a font': worded((s) => `${HELVETICA} /Name /${escaped(s)}`),
  'name of a font among the resources': (pdf, s) =>
    pdf.page(`${TEXT}BT /${escaped(s)} 14 Tf 40 200 Td (quiet) Tj ET\n`, {
      fonts: `/${escaped(s)} << ${HELVETICA} >>`,
    }),
  'names of glyphs': worded((s) => `${HELVETICA} /Encoding << /Type /Encoding /Differences [1 /${escaped(s)}] >>`),
  'characters of a font': worded(
    (s) => `${HELVETICA} /FontDescriptor << /Type /FontDescriptor /FontName /Helvetica /Flags 32 /CharSet (/${s}) >>`,
  ),
  'character collection': worded(
    (s, pdf) =>
      `/Type /Font /Subtype /Type0 /BaseFont /Arial /Encoding /WinAnsiEncoding /DescendantFonts [${pdf.object(
        `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Arial /CIDSystemInfo << /Registry (${s}) /Ordering (Identity) /Supplement 0 >> /FontDescriptor << /Type /FontDescriptor /FontName /Arial /Flags 32 >> >>`,
      )} 0 R]`,
  ),
  'map of characters': worded((s, pdf) => {
    const map = pdf.stream(
      `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /${escaped(s).replace('#40', '@')} def 1 begincodespacerange <00> <ff> endcodespacerange endcmap end end % ${s}`,
    );
    return `${HELVETICA} /ToUnicode ${map} 0 R`;
  }),
  'map of characters that are not shown': worded((s, pdf) => {
    const hex = Buffer.from(`\ufeff${s}`, 'utf16le').swap16().toString('hex').slice(4);
    const map = pdf.stream(
      `/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <01> <${hex}> endbfchar endcmap end end`,
    );
    return `${HELVETICA} /ToUnicode ${map} 0 R`;
  }),
  'program of a font': worded(
    (s, pdf) =>
      `/Type /Font /Subtype /TrueType /BaseFont /Arial /FontDescriptor << /Type /FontDescriptor /FontName /Arial /Flags 32 /FontFile2 ${pdf.stream(`\0\x01\0\0 ${s}`, '/Length1 40')} 0 R >>`,
  ),
  'key of a form': (pdf, s) => {
    const form = pdf.stream(
      '0 0 50 50 re f\n',
      `/Type /XObject /Subtype /Form /BBox [0 0 60 60] /Secret (${s}) /Name /${escaped(s)}`,
    );
    pdf.page(`${TEXT}/X Do\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'comment in a form': (pdf, s) => {
    const form = pdf.stream(`% ${s}\n0 0 50 50 re f\n`, '/Type /XObject /Subtype /Form /BBox [0 0 60 60]');
    pdf.page(`${TEXT}/X Do\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'marked content of a form': (pdf, s) => {
    const form = pdf.stream(
      '/M /P BDC 0 0 50 50 re f EMC\n',
      `/Type /XObject /Subtype /Form /BBox [0 0 60 60] /Resources << /Properties << /P << /ActualText (${s}) >> >> >>`,
    );
    pdf.page(`${TEXT}/X Do\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'unknown operator of a form': (pdf, s) => {
    const form = pdf.stream(`BX (${s}) zz EX 0 0 50 50 re f\n`, '/Type /XObject /Subtype /Form /BBox [0 0 60 60]');
    pdf.page(`${TEXT}/X Do\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'text clipped away in a form': (pdf, s) => {
    const form = pdf.stream(
      `0 0 50 50 re f q 0 0 1 1 re W n BT /F 1 Tf 3 Tr 20 20 Td (${s}) Tj ET Q\n`,
      `/Type /XObject /Subtype /Form /BBox [0 0 60 60] /Resources << /Font << /F << ${HELVETICA} >> >> >>`,
    );
    pdf.page(`${TEXT}/X Do\n`, { resources: `/XObject << /X ${form} 0 R >>` });
  },
  'function of a shading': (pdf, s) => {
    const fn = pdf.stream(`{ % ${s}\n pop 0.5 }`, '/FunctionType 4 /Domain [0 1] /Range [0 1]');
    pdf.page(`${TEXT}q 40 40 100 100 re W n /S sh Q\n`, {
      resources: `/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 100 0] /Function ${fn} 0 R >> >>`,
    });
  },
  'samples of a function': (pdf, s) => {
    const fn = pdf.stream(
      `${'\x80'.repeat(16)}${s}`,
      '/FunctionType 0 /Domain [0 1] /Range [0 1] /Size [16] /BitsPerSample 8',
    );
    pdf.page(`${TEXT}q 40 40 100 100 re W n /S sh Q\n`, {
      resources: `/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 100 0] /Function ${fn} 0 R >> >>`,
    });
  },
  'mesh of a shading': (pdf, s) => {
    const mesh = pdf.stream(
      `\0\0\0\x80\0\xff\0\x80\0\0\xff\x80${s}`,
      '/ShadingType 4 /ColorSpace /DeviceGray /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 400 0 300 0 1]',
    );
    pdf.page(`${TEXT}q 40 40 100 100 re W n /S sh Q\n`, { resources: `/Shading << /S ${mesh} 0 R >>` });
  },
  'colour profile': (pdf, s) => {
    const profile = pdf.stream(Buffer.concat([Buffer.alloc(128), Buffer.from(s)]), '/N 3');
    pdf.page(`${TEXT}/S cs 1 0 0 scn 40 40 100 100 re f\n`, {
      resources: `/ColorSpace << /S [/ICCBased ${profile} 0 R] >>`,
    });
  },
  'colour profile of a picture': (pdf, s) => {
    const profile = pdf.stream(Buffer.concat([Buffer.alloc(128), Buffer.from(s)]), '/N 1');
    const picture = pdf.stream(
      Buffer.alloc(4096, 200),
      `/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace [/ICCBased ${profile} 0 R] /BitsPerComponent 8`,
    );
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, { resources: `/XObject << /I ${picture} 0 R >>` });
  },
  'name of a colour of a picture': (pdf, s) => {
    const picture = pdf.stream(
      Buffer.alloc(4096, 200),
      `/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace [/Separation /${escaped(s)} /DeviceGray << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>] /BitsPerComponent 8`,
    );
    pdf.page(`${TEXT}q 160 0 0 160 40 40 cm /I Do Q\n`, { resources: `/XObject << /I ${picture} 0 R >>` });
  },
  'key of a graphics state': (pdf, s) =>
    pdf.page(`${TEXT}q /G gs 40 40 100 100 re f Q\n`, {
      resources: `/ExtGState << /G << /LW 2 /Secret (${s}) /HTP (${s}) >> >>`,
    }),
  'default colours': (pdf, s) =>
    pdf.page(TEXT, {
      resources: `/ColorSpace << /DefaultGray [/Separation /${escaped(s)} /DeviceGray << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>] >>`,
    }),
  'group of a page': (pdf, s) =>
    pdf.page(TEXT, { entries: `/Group << /S /Transparency /CS /DeviceRGB /Secret (${s}) >> /UserUnit 1` }),
  'resources that are no kind': (pdf, s) =>
    pdf.page(TEXT, { resources: `/Secret << /Note (${s}) >> /ProcSet [/${escaped(s)}]` }),
};

/** A PDF of one page for each, with a secret that no page shows. */
export function plantedParts(): { bytes: Buffer; planted: { channel: string; secret: string }[] } {
  const pdf = new RawPdf();
  const planted = Object.entries(PARTS).map(([channel, plant], index) => {
    const secret = `part${String(index + 1).padStart(2, '0')}q@hidden.example`;
    plant(pdf, secret);
    return { channel, secret };
  });
  return { bytes: pdf.bytes(), planted };
}
