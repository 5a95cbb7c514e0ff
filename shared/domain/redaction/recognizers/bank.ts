import { mod97, varied, weighted } from '../checksums.ts';
import type { Entity } from '../entity.ts';
import { byNumber, byPattern, type Recognizer } from '../recognizer.ts';

/** Length of an IBAN by country: SWIFT IBAN registry. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 ' +
    'MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ' +
    'SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const IBAN = /(?<![\p{L}\p{N}])[A-Za-z]{2}[ -]?\d[ -]?\d(?:(?:[ \t-]|-?\r?\n)?[A-Za-z0-9]){11,32}/gu;

/** ISO 13616: country, length and MOD 97. What follows in the same breath ("… EUR") is cut off at the country's length. */
export const iban: Recognizer = {
  name: 'iban',
  types: ['IBAN_CODE'],
  languages: [],
  find: ({ text }) => {
    const found: Entity[] = [];
    for (const match of text.matchAll(IBAN)) {
      const length = IBAN_LENGTHS[match[0].slice(0, 2).toUpperCase()];
      if (length === undefined) continue;
      let compact = '';
      let end = 0;
      for (; end < match[0].length && compact.length < length; end++) {
        const char = match[0].charAt(end);
        if (/[A-Za-z0-9]/.test(char)) compact += char.toUpperCase();
      }
      const next = text.charAt(match.index + end);
      if (compact.length < length || /[\p{L}\p{N}]/u.test(next)) continue;
      if (mod97(compact.slice(4) + compact.slice(0, 4)) !== 1) continue;
      found.push({
        type: 'IBAN_CODE',
        start: match.index,
        end: match.index + end,
        score: 1,
        recognizer: 'iban',
        why: 'country, length and MOD 97',
      });
    }
    return found;
  },
};

const COUNTRIES = new Set(
  (
    'AD AE AF AG AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM CN CO CR CU CV CY CZ ' +
    'DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FO FR GA GB GD GE GG GH GI GL GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IM IN IQ IR IS IT ' +
    'JE JM JO JP KE KG KH KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI ' +
    'NL NO NP NZ OM PA PE PG PH PK PL PS PT PY QA RO RS RU RW SA SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TR TT TW TZ ' +
    'UA UG US UY UZ VA VC VE VG VN VU WS XK YE ZA ZM ZW'
  ).split(' '),
);

/** ISO 9362. Eight capital letters are often a word: needs context or a digit. */
export const bic = byPattern({
  name: 'bic',
  type: 'BIC_CODE',
  pattern: /\b[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\b/g,
  valid: (value) => COUNTRIES.has(value.slice(4, 6)),
  score: 0.3,
  scoreInContext: 0.9,
  context: ['bic', 'swift', 'bank', 'iban'],
  proof: 'ISO 9362 shape with a country',
});

/** First two digits that the Federal Reserve hands out. */
const abaPrefix = (digits: string): boolean => {
  const head = Number(digits.slice(0, 2));
  return head <= 12 || (head >= 21 && head <= 32) || (head >= 61 && head <= 72) || head === 80;
};

export const abaRouting = byNumber({
  name: 'aba-routing',
  type: 'ABA_ROUTING_NUMBER',
  languages: ['en'],
  shapes: [[9], [4, 4, 1]],
  valid: (digits) => abaPrefix(digits) && varied(digits) && weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0,
  score: 0.3,
  scoreInContext: 0.9,
  context: ['aba', 'routing', 'rtn', 'bank routing', 'transit'],
  proof: 'ABA checksum',
});

export const bankAccount = byPattern({
  name: 'bank-account-in-context',
  type: 'BANK_ACCOUNT',
  languages: ['en', 'de', 'fr', 'es'],
  pattern:
    /\b(?:account|acct|a\/c|konto|kontonummer|compte|cuenta)(?: (?:number|no|nr|num))?\b[ \t]{0,3}[.:#]{0,2}[ \t]{0,3}(?:is )?(?<value>\d(?:[ -]?\d){5,16})(?![\p{L}\p{N}])/giu,
  score: 0.75,
  proof: 'label',
});

export const sortCode = byPattern({
  name: 'uk-sort-code',
  type: 'UK_SORT_CODE',
  languages: ['en'],
  pattern: /(?<![\d-])\d{2}-\d{2}-\d{2}(?![\d-])/g,
  score: 0.2,
  scoreInContext: 0.85,
  context: ['sort code', 'sort', 'sortcode'],
});
