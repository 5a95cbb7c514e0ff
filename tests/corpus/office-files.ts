import { type ZipPart, zipFile } from './zip-file.ts';

const main = 'application/vnd.openxmlformats-officedocument';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageRels = 'http://schemas.openxmlformats.org/package/2006/relationships';
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

const contentTypes = (part: string, type: string, more = ''): string =>
  `${head}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/${part}" ContentType="${type}"/>${more}</Types>`;
const rootRels = (target: string): string =>
  `${head}<Relationships xmlns="${packageRels}"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="${target}"/></Relationships>`;

export const paragraph = (text: string): string => `<w:p><w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`;

/** A Word document; `rels` are extra relationships of the main part, `prolog` stands before its root element. */
export function docx(params: { body: string; rels?: string; prolog?: string; parts?: readonly ZipPart[] }): Buffer {
  const document = `${head}${params.prolog ?? ''}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${relationships}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>${params.body}</w:body></w:document>`;
  return zipFile([
    {
      name: '[Content_Types].xml',
      data: contentTypes('word/document.xml', `${main}.wordprocessingml.document.main+xml`),
    },
    { name: '_rels/.rels', data: rootRels('word/document.xml') },
    { name: 'word/document.xml', data: document },
    {
      name: 'word/_rels/document.xml.rels',
      data: `${head}<Relationships xmlns="${packageRels}">${params.rels ?? ''}</Relationships>`,
    },
    ...(params.parts ?? []),
  ]);
}

/** A Word document that shows a picture from elsewhere. */
export const docxWithLinkedPicture = (url: string): Buffer =>
  docx({
    rels: `<Relationship Id="rId9" Type="${relationships}/image" Target="${url}" TargetMode="External"/>`,
    body: `${paragraph('A linked picture.')}<w:p><w:r><w:drawing><wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rId9"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
  });

export const docxWithTemplate = (url: string): Buffer =>
  docx({
    body: paragraph('An attached template.'),
    parts: [
      {
        name: 'word/settings.xml',
        data: `${head}<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${relationships}"><w:attachedTemplate r:id="rId1"/></w:settings>`,
      },
      {
        name: 'word/_rels/settings.xml.rels',
        data: `${head}<Relationships xmlns="${packageRels}"><Relationship Id="rId1" Type="${relationships}/attachedTemplate" Target="${url}" TargetMode="External"/></Relationships>`,
      },
    ],
    rels: `<Relationship Id="rId8" Type="${relationships}/settings" Target="settings.xml"/>`,
  });

/** An Excel workbook of one sheet, given as rows of inline strings by cell reference. */
export function xlsx(cells: readonly (readonly [reference: string, text: string])[]): Buffer {
  const rows = cells.map(
    ([at, text]) => `<row r="${at.replace(/\D/g, '')}"><c r="${at}" t="inlineStr"><is><t>${text}</t></is></c></row>`,
  );
  return zipFile([
    {
      name: '[Content_Types].xml',
      data: contentTypes(
        'xl/workbook.xml',
        `${main}.spreadsheetml.sheet.main+xml`,
        `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${main}.spreadsheetml.worksheet+xml"/>`,
      ),
    },
    { name: '_rels/.rels', data: rootRels('xl/workbook.xml') },
    {
      name: 'xl/workbook.xml',
      data: `${head}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${relationships}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      data: `${head}<Relationships xmlns="${packageRels}"><Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      data: `${head}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows.join('')}</sheetData></worksheet>`,
    },
  ]);
}

const office = 'urn:oasis:names:tc:opendocument:xmlns';
const flat = (kind: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><office:document xmlns:office="${office}:office:1.0" xmlns:text="${office}:text:1.0" xmlns:table="${office}:table:1.0" xmlns:draw="${office}:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:svg="${office}:svg-compatible:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.${kind}"><office:body>${body}</office:body></office:document>`;

export const fodtWithLinkedPicture = (url: string): string =>
  flat(
    'text',
    `<office:text><text:p>Linked<draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="${url}" xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"/></draw:frame></text:p></office:text>`,
  );

export const fodtWithLinkedSections = (urls: readonly string[]): string =>
  flat(
    'text',
    `<office:text>${urls.map((url, i) => `<text:section text:name="S${i}"><text:section-source xlink:href="${url}" xlink:type="simple" xlink:show="embed"/><text:p>section ${i}</text:p></text:section>`).join('')}</office:text>`,
  );

export const fodsWithWebService = (url: string): string =>
  flat(
    'spreadsheet',
    `<office:spreadsheet><table:table table:name="S"><table:table-row><table:table-cell table:formula='of:=WEBSERVICE("${url}")' office:value-type="string"><text:p>none</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>`,
  );
