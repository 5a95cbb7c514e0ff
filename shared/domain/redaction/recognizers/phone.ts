import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { Entity } from '../entity.ts';
import type { Recognizer } from '../recognizer.ts';
import type { Scan } from '../scan.ts';

/** A chain of digits with the marks of a phone number; bounded, so each start costs a constant. */
const CANDIDATE =
  /(?<![\p{L}\p{N}_.$€£-])(?:\+|00)?(?:\(\+?\d{1,5}\)\d{0,12}|\d{1,15})(?:[ \t\-./]{1,2}\(?\d{1,12}\)?|\(\d{1,6}\)){0,8}(?:[ ,]{0,2}(?:ext\.?|extension|x|#)[ .]{0,2}\d{1,6})?(?![\p{L}\p{N}_]|[-/.:]\d|%)/giu;
const CONTEXT = [
  'phone',
  'telephone',
  'tel',
  'mobile',
  'cell',
  'cellphone',
  'call',
  'fax',
  'contact',
  'reach',
  'whatsapp',
  'telefon',
  'handy',
  'téléphone',
  'teléfono',
  'telefono',
  'office',
  'home',
  'answering',
  'dial',
  'text',
];
/** As North Americans write it: area and exchange never start with 0 or 1. */
const NANP = /^(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}$/;
/** `12 18.50 222.00`: a quantity and amounts of a table row, not the groups of a number. */
const AMOUNTS = /(?:^|[ \t])\d{1,7}\.\d{2}(?=[ \t]|$)/;
const DATELIKE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$/;

/** Chains of more than this many candidates in one text are judged by shape alone: parsing each would not stay linear-cheap. */
const PARSED_AT_MOST = 2000;

/** Where the number proper stands in the candidate: an extension stays in, closing marks do not. */
function judge(scan: Scan, value: string, start: number, parse: boolean): { score: number; why: string } | null {
  const digits = value.replace(/(?:ext\.?|extension|x|#).*$/i, '').replace(/\D/g, '');
  if (digits.length < 6 || digits.length > 15 || DATELIKE.test(value) || /^(\d)\1+$/.test(digits)) return null;
  const near = scan.context.near(CONTEXT, start, start + value.length);
  const international = value.startsWith('+') || value.startsWith('(+');
  if (!international && AMOUNTS.test(value)) return null;
  const main = value.replace(/[ ,]{0,2}(?:ext\.?|extension|x|#)[ .]{0,2}\d{1,6}$/i, '');
  if (NANP.test(main)) return { score: near ? 0.9 : 0.7, why: 'North American shape' };
  if (parse && (international || near || digits.length >= 9)) {
    const dialled = value.startsWith('00') ? `+${value.slice(2)}` : value;
    const number = parsePhoneNumberFromString(dialled, { defaultCountry: scan.region, extract: false });
    if (number?.isValid()) {
      if (international || value.startsWith('00')) return { score: near ? 0.95 : 0.85, why: 'valid in its country' };
      const bare = /^\d+$/.test(value);
      return { score: near ? 0.9 : bare ? 0.35 : 0.6, why: 'valid in the default region' };
    }
  }
  if (near && digits.length >= 7) return { score: /^\d+$/.test(value) ? 0.5 : 0.6, why: 'context' };
  return international && digits.length >= 8 ? { score: 0.55, why: 'international prefix' } : null;
}

export const phone: Recognizer = {
  name: 'phone',
  types: ['PHONE_NUMBER'],
  languages: ['en', 'de', 'fr', 'es', 'it'],
  find: (scan) => {
    const found: Entity[] = [];
    let parsed = 0;
    for (const match of scan.text.matchAll(CANDIDATE)) {
      const value = match[0];
      if (value.length < 6) continue;
      const judged = judge(scan, value, match.index, parsed++ < PARSED_AT_MOST + scan.text.length / 500);
      if (judged !== null)
        found.push({
          type: 'PHONE_NUMBER',
          start: match.index,
          end: match.index + value.length,
          score: judged.score,
          recognizer: 'phone',
          why: judged.why,
        });
    }
    return found;
  },
};
