import { PDFDocument, PDFName, PDFString, rgb, StandardFonts } from '@cantoo/pdf-lib';

/** A PDF of plain text pages. */
export async function textPdf(pages: readonly string[]): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (const text of pages) {
    const page = pdf.addPage([595, 842]);
    for (const [i, line] of text.split('\n').entries()) page.drawText(line, { x: 60, y: 780 - i * 20, size: 12, font });
  }
  return Buffer.from(await pdf.save());
}

export async function encryptedPdf(text: string, password: string): Promise<Buffer> {
  const pdf = await PDFDocument.load(await textPdf([text]));
  pdf.encrypt({ userPassword: password, ownerPassword: `${password}-owner`, permissions: {} });
  return Buffer.from(await pdf.save());
}

/**
 * A page that says `secret` in every place where a PDF can keep something: drawn, white on white, beyond the page, under a
 * box, in metadata, a bookmark-like name, an annotation, a form field, an attachment, scripts and actions.
 */
export async function leakyPdf(secret: string, url: string): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  const page = pdf.addPage([595, 842]);
  page.drawText(`Visible ${secret} here`, { x: 60, y: 780, size: 12, font });
  page.drawText(secret, { x: 60, y: 740, size: 12, font, color: rgb(1, 1, 1) });
  page.drawText(secret, { x: 60, y: -200, size: 12, font });
  page.drawText(secret, { x: 60, y: 700, size: 12, font });
  page.drawRectangle({ x: 50, y: 690, width: 300, height: 30, color: rgb(0, 0, 0) });
  pdf.setTitle(secret);
  pdf.setAuthor(secret);
  pdf.setKeywords([secret]);
  await pdf.attach(Buffer.from(secret), `${secret}.txt`, { mimeType: 'text/plain', description: secret });
  const field = pdf.getForm().createTextField(secret);
  field.setText(secret);
  field.addToPage(page, { x: 60, y: 600, width: 200, height: 20 });
  const { context } = pdf;
  const script = context.obj({ S: 'JavaScript', JS: PDFString.of(`app.launchURL("${url}?${secret}")`) });
  pdf.catalog.set(PDFName.of('OpenAction'), context.register(script));
  page.node.set(PDFName.of('AA'), context.obj({ O: { S: 'URI', URI: PDFString.of(`${url}?${secret}`) } }));
  page.node.set(PDFName.of('PieceInfo'), context.obj({ Recto: { Private: PDFString.of(secret) } }));
  page.node.addAnnot(
    context.register(
      context.obj({
        Type: 'Annot',
        Subtype: 'Link',
        Rect: [60, 500, 200, 520],
        Contents: PDFString.of(secret),
        A: { S: 'Launch', F: PDFString.of(`/bin/${secret}`) },
      }),
    ),
  );
  return Buffer.from(await pdf.save({ useObjectStreams: true }));
}
