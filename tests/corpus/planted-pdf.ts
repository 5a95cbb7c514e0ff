import { createCanvas } from '@napi-rs/canvas';
import { RawPdf } from './raw-pdf.ts';

/** A place where a PDF can keep a secret, and the secret that was put there. */
export interface Planted {
  channel: string;
  secret: string;
}

type Plant = (pdf: RawPdf, secret: string) => void;

const show = (text: string, x = 40, y = 200): string => `BT /F 14 Tf ${x} ${y} Td (${text}) Tj ET\n`;
const utf16 = (text: string): string => Buffer.from(`\ufeff${text}`, 'utf16le').swap16().toString('hex');
/** Pages of their own, each with words that nobody minds. */
const ORDINARY = show('The harbour office opens at nine.', 40, 260);
const page = (content: string, options = {}): Plant => ((pdf) => pdf.page(ORDINARY + content, options)) satisfies Plant;
const drawn =
  (content: (secret: string) => string): Plant =>
  (pdf, secret) =>
    page(content(secret))(pdf, secret);

function written(text: string): { jpeg: Buffer; gray: Buffer; width: number; height: number } {
  const [width, height] = [640, 80];
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, width, height);
  context.fillStyle = '#000';
  context.font = '36px sans-serif';
  context.fillText(text, 20, 52);
  const { data } = context.getImageData(0, 0, width, height);
  const gray = Buffer.from(Array.from({ length: width * height }, (_, i) => data[i * 4] ?? 255));
  return { jpeg: canvas.toBuffer('image/jpeg', 90), gray, width, height };
}

function withSegment(jpeg: Buffer, marker: number, body: string): Buffer {
  const data = Buffer.from(body, 'latin1');
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(data.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, data, jpeg.subarray(2)]);
}

const picture = (pdf: RawPdf, jpeg: Buffer): string => {
  const image = pdf.stream(
    jpeg,
    '/Type /XObject /Subtype /Image /Width 640 /Height 80 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode',
    false,
  );
  return `/XObject << /I ${image} 0 R >>`;
};
const PAINT = 'q 320 0 0 40 40 120 cm /I Do Q\n';
const form = (pdf: RawPdf, content: string, resources = ''): number =>
  pdf.stream(
    content,
    `/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ${resources} >>`,
  );
const annotated = (entries: (secret: string, pdf: RawPdf) => string): Plant => {
  return (pdf, secret) => {
    const annotation = pdf.object(`<< /Type /Annot /Rect [40 100 300 130] ${entries(secret, pdf)} >>`);
    pdf.page(ORDINARY, { entries: `/Annots [${annotation} 0 R]` });
  };
};
const inCatalog = (entry: (secret: string, pdf: RawPdf) => string): Plant => {
  return (pdf, secret) => {
    pdf.catalog += ` ${entry(secret, pdf)}`;
  };
};

/** Every channel; those of the document and those that need a page of their own alike. */
const CHANNELS: Readonly<Record<string, Plant>> = {
  'plain text': drawn(show),
  'text under a black box': drawn((s) => `${show(s)}0 0 0 rg 30 190 300 30 re f\n`),
  'white text': drawn((s) => `1 1 1 rg ${show(s)}0 0 0 rg\n`),
  'invisible text': drawn((s) => `q 3 Tr ${show(s)}Q\n`),
  'clipping text': drawn((s) => `q 7 Tr ${show(s)}Q\n`),
  'text beyond the page': drawn((s) => show(s, 40, -400)),
  'text outside the crop box': (pdf, s) =>
    pdf.page(ORDINARY + show(s, 40, 20), { entries: '/CropBox [0 100 400 300]' }),
  'text too small to see': drawn((s) => `BT /F 0.3 Tf 40 200 Td (${s}) Tj ET\n`),
  'text in pieces': drawn((s) => `BT /F 14 Tf 40 200 Td [${[...s].map((c) => `(${c}) -20`).join(' ')}] TJ ET\n`),
  'text letter by letter': (pdf, s) =>
    pdf.page(ORDINARY + [...s].map((c, i) => `BT /C 14 Tf ${40 + i * 8.4} 200 Td (${c}) Tj ET\n`).join(''), {
      fonts: '/C << /Type /Font /Subtype /Type1 /BaseFont /Courier >>',
    }),
  'text in hexadecimal': drawn((s) => `BT /F 14 Tf 40 200 Td <${Buffer.from(s).toString('hex')}> Tj ET\n`),
  'text up the page': drawn((s) => `BT /F 14 Tf 0 1 -1 0 60 20 Tm (${s}) Tj ET\n`),
  'form object': (pdf, s) =>
    pdf.page(`${ORDINARY}/X Do\n`, { resources: `/XObject << /X ${form(pdf, show(s))} 0 R >>` }),
  'form in a form': (pdf, s) => {
    const inner = form(pdf, show(s));
    const outer = form(pdf, '/Y Do\n', `/XObject << /Y ${inner} 0 R >>`);
    pdf.page(`${ORDINARY}/X Do\n`, { resources: `/XObject << /X ${outer} 0 R >>` });
  },
  'form that is never painted': (pdf, s) =>
    pdf.page(ORDINARY, { resources: `/XObject << /X ${form(pdf, show(s))} 0 R >>` }),
  'name of a resource': (pdf, s) => {
    const name = s.replace('@', '#40');
    pdf.page(`${ORDINARY}/${name} Do\n`, { resources: `/XObject << /${name} ${form(pdf, '')} 0 R >>` });
  },
  'tiling pattern': (pdf, s) => {
    const pattern = pdf.stream(
      show(s, 5, 20),
      '/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 300 60] /XStep 300 /YStep 60 /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>',
    );
    pdf.page(`${ORDINARY}/Pattern cs /P scn 40 100 300 60 re f\n`, { resources: `/Pattern << /P ${pattern} 0 R >>` });
  },
  'glyph of a Type 3 font': (pdf, s) => {
    const glyph = pdf.stream(`1000 0 d0 ${show(s, 0, 0)}`);
    pdf.page(`${ORDINARY}BT /T 1 Tf 40 200 Td (a) Tj ET\n`, {
      fonts: `/T << /Type /Font /Subtype /Type3 /FontBBox [0 0 1000 1000] /FontMatrix [1 0 0 1 0 0] /CharProcs << /a ${glyph} 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >> /FirstChar 97 /LastChar 97 /Widths [1000] /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>`,
    });
  },
  'what a glyph stands for': (pdf, s) => {
    const map = pdf.stream(
      `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <61> <${utf16(s).slice(4)}> endbfchar endcmap end end`,
    );
    pdf.page(`${ORDINARY}BT /T 14 Tf 40 200 Td (a) Tj ET\n`, {
      fonts: `/T << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode ${map} 0 R >>`,
    });
  },
  'name of a font': (pdf, s) =>
    pdf.page(`${ORDINARY}BT /T 14 Tf 40 200 Td (quiet) Tj ET\n`, {
      fonts: `/T << /Type /Font /Subtype /TrueType /BaseFont /${s.replace('@', '#40')} /FontDescriptor << /Type /FontDescriptor /FontName /Arial /FontFamily (${s}) /Flags 32 >> >>`,
    }),
  'name of a colour': (pdf, s) =>
    pdf.page(`${ORDINARY}/S cs 1 scn 40 100 50 50 re f\n`, {
      resources: `/ColorSpace << /S [/Separation /${s.replace('@', '#40')} /DeviceGray << /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [0] /N 1 >>] >>`,
    }),
  'picture of text': (pdf, s) => pdf.page(ORDINARY + PAINT, { resources: picture(pdf, written(s).jpeg) }),
  'inline picture of text': (pdf, s) => {
    const { gray, width, height } = written(s);
    const hex = `${gray.toString('hex')}>`;
    pdf.page(`${ORDINARY}q 320 0 0 40 40 120 cm BI /W ${width} /H ${height} /CS /G /BPC 8 /F /AHx ID ${hex} EI Q\n`);
  },
  'Exif of a picture': (pdf, s) =>
    pdf.page(ORDINARY + PAINT, { resources: picture(pdf, withSegment(written('a ship').jpeg, 0xe1, `Exif\0\0${s}`)) }),
  'comment of a picture': (pdf, s) =>
    pdf.page(ORDINARY + PAINT, { resources: picture(pdf, withSegment(written('a boat').jpeg, 0xfe, s)) }),
  'bytes after a picture': (pdf, s) =>
    pdf.page(ORDINARY + PAINT, { resources: picture(pdf, Buffer.concat([written('a sail').jpeg, Buffer.from(s)])) }),
  'soft mask': (pdf, s) => {
    const mask = pdf.stream(
      show(s),
      '/Type /XObject /Subtype /Form /BBox [0 0 400 300] /Group << /S /Transparency /CS /DeviceGray >> /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>',
    );
    pdf.page(`${ORDINARY}q /G gs 0 0 400 300 re f Q\n`, {
      resources: `/ExtGState << /G << /SMask << /S /Luminosity /G ${mask} 0 R >> >> >>`,
    });
  },
  'hidden layer': (pdf, s) => {
    const layer = pdf.object('<< /Type /OCG /Name (Layer) >>');
    pdf.catalog += ` /OCProperties << /OCGs [${layer} 0 R] /D << /OFF [${layer} 0 R] >> >>`;
    pdf.page(`${ORDINARY}/OC /L BDC ${show(s)}EMC\n`, { resources: `/Properties << /L ${layer} 0 R >>` });
  },
  'replacement text': drawn((s) => `/Span << /ActualText (${s}) >> BDC ${show('quiet')}EMC\n`),
  'replacement text in UTF-16': drawn((s) => `/Span << /Alt <${utf16(s)}> >> BDC ${show('quiet')}EMC\n`),
  'comment in the content': drawn((s) => `% ${s}\n${show('quiet')}`),
  'structure tree': inCatalog(
    (s, pdf) =>
      `/MarkInfo << /Marked true >> /StructTreeRoot ${pdf.object(`<< /Type /StructTreeRoot /K << /Type /StructElem /S /P /Alt (${s}) /ActualText <${utf16(s)}> /T (${s}) >> >>`)} 0 R`,
  ),
  note: annotated((s) => `/Subtype /Text /Contents (${s}) /T (${s}) /RC (<p>${s}</p>)`),
  'drawn annotation': annotated(
    (s, pdf) => `/Subtype /FreeText /Contents (quiet) /AP << /N ${form(pdf, show(s, 5, 20))} 0 R >>`,
  ),
  'hidden annotation': annotated(
    (s, pdf) => `/Subtype /Stamp /F 2 /Contents (quiet) /AP << /N ${form(pdf, show(s, 5, 20))} 0 R >>`,
  ),
  'address of a link': annotated((s) => `/Subtype /Link /A << /S /URI /URI (https://example.com/${s}) >>`),
  'form field': (pdf, s) => {
    const field = pdf.object(
      `<< /Type /Annot /Subtype /Widget /FT /Tx /T (field) /V (${s}) /DV (${s}) /TU (${s}) /Rect [40 100 300 130] >>`,
    );
    pdf.page(ORDINARY, { entries: `/Annots [${field} 0 R]` });
    const named = pdf.object(`<< /FT /Tx /T (${s}) /Rect [0 0 0 0] >>`);
    const signed = pdf.object(
      `<< /FT /Sig /T (s) /V << /Type /Sig /Filter /Adobe.PPKLite /Reason (${s}) /Name (${s}) >> >>`,
    );
    pdf.catalog += ` /AcroForm << /Fields [${field} 0 R ${named} 0 R ${signed} 0 R] /XFA (${s}) >>`;
  },
  'document information': (pdf, s) => {
    pdf.trailer += `/Info ${pdf.object(`<< /Title (${s}) /Author <${utf16(s)}> /Custom (${s}) >>`)} 0 R `;
  },
  XMP: inCatalog(
    (s, pdf) => `/Metadata ${pdf.stream(`<x:xmpmeta>${s}</x:xmpmeta>`, '/Type /Metadata /Subtype /XML')} 0 R`,
  ),
  'XMP of a page': (pdf, s) =>
    pdf.page(ORDINARY, { entries: `/Metadata ${pdf.stream(`<x:xmpmeta>${s}</x:xmpmeta>`, '/Type /Metadata')} 0 R` }),
  bookmark: inCatalog(
    (s, pdf) => `/Outlines << /Type /Outlines /First ${pdf.object(`<< /Title (${s}) >>`)} 0 R /Count 1 >>`,
  ),
  'named destination': inCatalog((s) => `/Dests << /${s.replace('@', '#40')} [null /Fit] >>`),
  'page label': inCatalog((s) => `/PageLabels << /Nums [0 << /S /D /P (${s}) >>] >>`),
  attachment: inCatalog(
    (s, pdf) =>
      `/Names << /EmbeddedFiles << /Names [(${s}) << /Type /Filespec /F (${s}) /EF << /F ${pdf.stream(s, '/Type /EmbeddedFile')} 0 R >> >>] >> /JavaScript << /Names [(js) << /S /JavaScript /JS (app.alert\\('${s}'\\)) >>] >> >>`,
  ),
  'opening action': inCatalog((s) => `/OpenAction << /S /JavaScript /JS (${s}) >>`),
  thumbnail: (pdf, s) =>
    pdf.page(ORDINARY, {
      entries: `/Thumb ${pdf.stream(s.padEnd(64), '/Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8')} 0 R`,
    }),
  'private data of a program': (pdf, s) =>
    pdf.page(ORDINARY, { entries: `/PieceInfo << /Program << /Private (${s}) >> >>` }),
  'unknown key of a page': (pdf, s) => pdf.page(ORDINARY, { entries: `/Secret (${s})` }),
  'object that nothing names': (pdf, s) => {
    pdf.object(`(${s})`);
    pdf.stream(s);
  },
  trailer: (pdf, s) => {
    pdf.trailer += `/Note (${s}) `;
  },
};

/**
 * A PDF that keeps one secret, an e-mail address of its own, in every place that can keep one, and an earlier revision of
 * itself that says one more.
 */
export function plantedPdf(): { bytes: Buffer; planted: Planted[] } {
  const pdf = new RawPdf();
  const planted = Object.entries(CHANNELS).map(([channel, plant], index) => {
    const secret = `leak${String(index + 1).padStart(2, '0')}q@hidden.example`;
    plant(pdf, secret);
    return { channel, secret };
  });
  const earlier = 'leak99q@hidden.example';
  const bytes = Buffer.concat([pdf.bytes(), Buffer.from(`% ${earlier}\n`)]);
  return { bytes: revised(bytes, earlier), planted: [...planted, { channel: 'earlier revision', secret: earlier }] };
}

/** The same file with an update appended that replaces an object saying the secret. */
function revised(bytes: Buffer, secret: string): Buffer {
  const text = bytes.toString('latin1');
  const size = Number(/\/Size (\d+)/.exec(text)?.[1]);
  const previous = Number(/startxref\n(\d+)/.exec(text)?.[1]);
  const root = /trailer\n<<(.*)>>\nstartxref/s
    .exec(text)?.[1]
    ?.replace(/\/Size \d+/, `/Size ${size + 1} /Prev ${previous}`);
  const before = Buffer.from(`${size} 0 obj\n(${secret})\nendobj\n`, 'latin1');
  const after = Buffer.from(`${size} 0 obj\n(nothing)\nendobj\n`, 'latin1');
  const at = bytes.length + before.length;
  return Buffer.concat([
    bytes,
    before,
    after,
    Buffer.from(
      `xref\n${size} 1\n${String(at).padStart(10, '0')} 00000 n \ntrailer\n<<${root}>>\nstartxref\n${at + after.length}\n%%EOF\n`,
      'latin1',
    ),
  ]);
}
