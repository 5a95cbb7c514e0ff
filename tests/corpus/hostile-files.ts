import { heifClaiming, picture, pngClaiming, tiff, withExif } from './image-files.ts';
import {
  docx,
  docxWithLinkedPicture,
  docxWithTemplate,
  fodsWithWebService,
  fodtWithLinkedPicture,
  fodtWithLinkedSections,
  paragraph,
  xlsx,
} from './office-files.ts';
import { type ZipPart, zipFile } from './zip-file.ts';

export interface HostileFile {
  name: string;
  bytes: () => Buffer;
  /** Codes that are right answers; `ok` when the file may be converted as long as it does no harm. */
  expected: readonly string[];
  office?: boolean;
}

const nested = (depth: number): Buffer =>
  depth === 0 ? Buffer.from('core') : zipFile([{ name: `${depth}.zip`, data: nested(depth - 1) }]);
const laughs = (name: string): string =>
  `<!DOCTYPE ${name} [<!ENTITY a0 "ha">${Array.from({ length: 12 }, (_, i) => `<!ENTITY a${i + 1} "${`&a${i};`.repeat(10)}">`).join('')}]>`;
const spaces = (size: number): Buffer => Buffer.alloc(size, 0x20);

/** Files built to exhaust, escape or phone home. `url` is a listener of ours that must stay unasked; `secretFile` must stay unread. */
export function hostileFiles(url: string, secretFile: string): HostileFile[] {
  const bodies: readonly ZipPart[] = [{ name: 'word/filler.xml', data: spaces(64 * 1024 * 1024) }];
  const lying: readonly ZipPart[] = [{ name: 'word/filler.xml', data: spaces(8 * 1024 * 1024), claimedSize: 1000 }];
  const file = `file://${secretFile}`;
  return [
    {
      name: 'zip with overlapping entries',
      bytes: () =>
        zipFile([
          { name: '[Content_Types].xml', data: spaces(100_000) },
          ...Array.from({ length: 200 }, (_, i) => ({ name: `word/${i}.xml`, data: spaces(100_000), overlaps: 0 })),
        ]),
      expected: ['archive_bomb'],
    },
    { name: 'zip in zip, twenty deep', bytes: () => nested(20), expected: ['unsupported_media_type'] },
    {
      name: 'zip entry that climbs out',
      bytes: () => docx({ body: '', parts: [{ name: '../../evil.sh', data: 'x' }] }),
      expected: ['archive_bomb'],
    },
    {
      name: 'docx that expands a thousandfold',
      bytes: () => docx({ body: paragraph('x'), parts: bodies }),
      expected: ['archive_bomb'],
    },
    {
      name: 'docx that expands beyond what it says',
      bytes: () => docx({ body: paragraph('x'), parts: lying }),
      expected: ['archive_bomb', 'file_corrupt'],
    },
    {
      name: 'xlsx that spans every cell there is',
      bytes: () =>
        xlsx([
          ['A1', 'a'],
          ['XFD1048576', 'z'],
        ]),
      expected: ['limit_exceeded'],
      office: true,
    },
    {
      name: 'docx billion laughs',
      bytes: () => docx({ prolog: laughs('w:document'), body: paragraph('&a12;') }),
      expected: ['file_corrupt'],
    },
    {
      name: 'docx external entities',
      bytes: () =>
        docx({
          prolog: `<!DOCTYPE w:document [<!ENTITY f SYSTEM "${file}"><!ENTITY u SYSTEM "${url}/xxe">]>`,
          body: paragraph('&f;&u;'),
        }),
      expected: ['file_corrupt'],
    },
    {
      name: 'docx with a picture from the network',
      bytes: () => docxWithLinkedPicture(`${url}/docx.png`),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'docx with a picture from the disk',
      bytes: () => docxWithLinkedPicture(file),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'docx with a template from the network',
      bytes: () => docxWithTemplate(`${url}/template.dotx`),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'fodt with a picture from the network',
      bytes: () => Buffer.from(fodtWithLinkedPicture(`${url}/fodt.png`)),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'fodt with sections from elsewhere',
      bytes: () => Buffer.from(fodtWithLinkedSections([`${url}/section.odt`, file])),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'fods that calls a web service',
      bytes: () => Buffer.from(fodsWithWebService(`${url}/service`)),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'html with pictures, frames, scripts and styles from elsewhere',
      bytes: () =>
        Buffer.from(
          `<!doctype html><link rel=stylesheet href="${url}/a.css"><style>@import "${url}/b.css"; p{background:url(${url}/c.png)}</style><p>shown<img src="${url}/d.png"><img src="${file}"><iframe src="${file}"></iframe><object data="${url}/e"></object><script src="${url}/f.js"></script>`,
        ),
      expected: ['ok'],
      office: true,
    },
    {
      name: 'mail with a tracking picture',
      bytes: () =>
        Buffer.from(
          `From: a@b.c\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>hi<img src="${url}/pixel.gif">`,
        ),
      expected: ['ok'],
      office: true,
    },
    { name: 'png of 50000 x 50000', bytes: () => pngClaiming(50_000, 50_000), expected: ['too_many_pixels'] },
    {
      name: 'jpeg with a thumbnail in its EXIF block',
      bytes: () => withExif(picture('jpeg'), 1, 'UNREDACTED'),
      expected: ['ok'],
    },
    {
      name: 'png with data after its end',
      bytes: () => Buffer.concat([picture('png'), Buffer.from('UNREDACTED')]),
      expected: ['ok'],
    },
    { name: 'tiff of 10000 pages', bytes: () => tiff(10_000), expected: ['too_many_pages'] },
    { name: 'tiff whose pages go in a circle', bytes: () => tiff(3, true), expected: ['file_corrupt'] },
    { name: 'heic', bytes: () => heifClaiming('heic', 16_000, 16_000), expected: ['unsupported_media_type'] },
    { name: 'avif of 16000 x 16000', bytes: () => heifClaiming('avif', 16_000, 16_000), expected: ['too_many_pixels'] },
    {
      name: 'svg with a script',
      bytes: () =>
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg"><script>fetch("${url}")</script><image href="${url}/s.png"/></svg>`,
        ),
      expected: ['unsupported_media_type'],
    },
    {
      name: 'svg billion laughs',
      bytes: () =>
        Buffer.from(
          `<?xml version="1.0"?>${laughs('svg')}<svg xmlns="http://www.w3.org/2000/svg"><text>&a12;</text></svg>`,
        ),
      expected: ['unsupported_media_type'],
    },
    {
      name: 'pdf that begins as a program',
      bytes: () => Buffer.from('MZ\x90\0%PDF-1.4\n%%EOF'),
      expected: ['unsupported_media_type'],
    },
  ];
}
