import { convert, xml } from './office.ts';
import type { Sample } from './sample.ts';

const CLAUSES: readonly (readonly [string, string])[] = [
  [
    'Services',
    'The Consultant will review the archive of the Client, write a retention schedule and train up to twelve members of its staff. The work is described in Annex A and may be changed in writing only.',
  ],
  [
    'Term',
    'This agreement begins on the effective date and ends on 30 September 2027, unless it is terminated earlier under clause 7.',
  ],
  [
    'Fees',
    'The Client pays GBP 640.00 for each day of work and at most GBP 38,400.00 in all. Invoices are due within 30 days and are paid to IBAN GB82 WEST 1234 5698 7654 32.',
  ],
  [
    'Confidentiality',
    'Neither party discloses what it learns of the other in the course of the work. This duty outlives the agreement by five years.',
  ],
  [
    'Personal data',
    'The Consultant, born on 4 July 1981, passport number 925665416, processes personal data of the Client as a processor and on documented instructions only.',
  ],
  [
    'Liability',
    'Each party is liable up to the fees paid in the twelve months before the event, save for intent and gross negligence.',
  ],
  ['Termination', 'Either party may terminate this agreement with a notice of 60 days in writing.'],
  [
    'Governing law',
    'This agreement is governed by the laws of England and Wales; the courts of London have jurisdiction.',
  ],
];

const html = `<html><head><meta charset="utf-8"><title>Consulting agreement</title></head>
<body style="font-family: 'Liberation Serif'; font-size: 11pt">
<h1 align="center">CONSULTING AGREEMENT</h1>
<p>Contract number: CA-2025-0093<br>Effective date: 1 October 2025</p>
<p>This agreement is made between <b>Harrow Lane Archives Ltd</b>, 7 Harrow Lane, Leeds LS2 8PD ("the Client"), represented by Priya Raman,
and <b>Edmund Falk</b>, 31 Castle Row, Bristol BS1 3AE ("the Consultant").</p>
${CLAUSES.map(([title, text], index) => `<p><b>${index + 1}. ${xml(title)}</b></p><p>${xml(text)}</p>`).join('\n')}
<p>Notices reach the Client at priya.raman@harrow-lane.example or +44 113 496 0142, and the Consultant at edmund.falk@falk-records.example or +44 117 496 0781.</p>
<p>Signed for the Client: Priya Raman, Director, 24 September 2025</p>
<p>Signed by the Consultant: Edmund Falk, 24 September 2025</p>
</body></html>`;

export const contract: Sample = {
  file: 'consulting-agreement.doc',
  about: 'A consulting agreement in the binary Word format of 1997 to 2003.',
  expected: {
    words: ['Harrow Lane Archives', 'retention schedule', 'Governing law', 'Edmund Falk'],
    documentType: 'contract',
    fields: { contract_number: 'CA-2025-0093', effective_date: '2025-10-01' },
    secrets: ['GB82 WEST 1234 5698 7654 32', 'priya.raman@harrow-lane.example', '+44 117 496 0781'],
    pages: 1,
    source: 'textLayer',
  },
  make: async () =>
    convert({
      source: html,
      sourceExtension: 'html',
      importFilter: 'HTML (StarWriter)',
      extension: 'doc',
      filter: 'MS Word 97',
    }),
};
