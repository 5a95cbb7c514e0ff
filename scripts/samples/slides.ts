import { convert, xml } from './office.ts';
import type { Sample } from './sample.ts';

const SLIDES: readonly (readonly [string, readonly string[]])[] = [
  [
    'Harbour Ferry Company: quarterly review',
    ['First quarter 2026', 'Presented by Lena Okafor on 9 April 2026', 'lena.okafor@harbour-ferry.example'],
  ],
  [
    'Passengers',
    [
      '412,800 passengers, 6.4% more than a year ago',
      'Busiest day: 29 March 2026 with 7,915 passengers',
      'On time: 97.2% of 5,460 crossings',
    ],
  ],
  [
    'Revenue and costs',
    [
      'Revenue: GBP 3,184,500.00',
      'Fuel: GBP 611,240.00, 8% less through slower winter crossings',
      'Maintenance of MV Kittiwake: GBP 148,000.00',
    ],
  ],
  [
    'Next quarter',
    [
      'Open the Saltmarsh pier on 18 May 2026',
      'Trial of the electric tender Sandpiper',
      'Questions: +44 20 7946 0321 or lena.okafor@harbour-ferry.example',
    ],
  ],
];

const NAMESPACES = ['office', 'style', 'text', 'drawing:draw', 'presentation']
  .map((entry) => {
    const [name, prefix = name] = entry.split(':');
    return `xmlns:${prefix}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`;
  })
  .join(' ');

const frame = (style: string, y: number, height: number, lines: readonly string[]): string =>
  `<draw:frame draw:style-name="box" svg:x="2cm" svg:y="${y}cm" svg:width="24cm" svg:height="${height}cm"><draw:text-box>${lines
    .map((line) => `<text:p text:style-name="${style}">${xml(line)}</text:p>`)
    .join('')}</draw:text-box></draw:frame>`;

const paragraph = (name: string, size: number, weight: string, gap: string): string =>
  `<style:style style:name="${name}" style:family="paragraph"><style:paragraph-properties fo:margin-bottom="${gap}"/><style:text-properties style:font-name="Liberation Sans" fo:font-family="'Liberation Sans'" fo:font-size="${size}pt" fo:font-weight="${weight}"/></style:style>`;

const fodp = `<?xml version="1.0" encoding="UTF-8"?>
<office:document ${NAMESPACES} xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:automatic-styles>
<style:page-layout style:name="layout"><style:page-layout-properties fo:page-width="28cm" fo:page-height="21cm" style:print-orientation="landscape"/></style:page-layout>
<style:style style:name="page" style:family="drawing-page"/>
<style:style style:name="box" style:family="graphic"><style:graphic-properties draw:stroke="none" draw:fill="none" draw:auto-grow-height="false"/></style:style>
${paragraph('title', 32, 'bold', '0.5cm')}${paragraph('body', 20, 'normal', '0.6cm')}
</office:automatic-styles>
<office:master-styles><style:master-page style:name="master" style:page-layout-name="layout" draw:style-name="page"/></office:master-styles>
<office:body><office:presentation>
${SLIDES.map(([title, lines], index) => `<draw:page draw:name="slide${index + 1}" draw:style-name="page" draw:master-page-name="master">${frame('title', 2, 3, [title])}${frame('body', 6, 12, lines)}</draw:page>`).join('\n')}
</office:presentation></office:body></office:document>`;

export const slides: Sample = {
  file: 'quarterly-review.ppt',
  about: 'Four slides in the binary PowerPoint format of 1997 to 2003.',
  expected: {
    words: ['Harbour Ferry Company', '412,800 passengers', 'Saltmarsh pier', 'Sandpiper'],
    documentType: 'generic',
    fields: {},
    secrets: ['lena.okafor@harbour-ferry.example', '+44 20 7946 0321'],
    pages: 4,
    source: 'textLayer',
  },
  make: async () => convert({ source: fodp, sourceExtension: 'fodp', extension: 'ppt', filter: 'MS PowerPoint 97' }),
};
