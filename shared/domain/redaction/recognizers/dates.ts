import { isDate } from '../checksums.ts';
import { byPattern } from '../recognizer.ts';

const MONTH =
  '(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|février|mar(?:ch|s|zo)?|märz|apr(?:il)?|avril|may|mai|june?|juin|juni|july?|juillet|juli|aug(?:ust)?|août|sept?(?:ember|embre)?|o[ck]t(?:ober|obre)?|nov(?:ember|embre)?|de[cz](?:ember)?|décembre|enero|febrero|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)';
const YEAR = '(?:1[89]|20)\\d{2}';
const TIME = '(?:[T ,]{1,2}(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?(?: ?[AaPp][Mm]|Z)?)?';

const FORMS = [
  `${YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\\d|3[01])${TIME}`,
  `(?:0?[1-9]|[12]\\d|3[01])[-/.](?:0?[1-9]|[12]\\d|3[01])[-/.](?:${YEAR}|\\d{2})${TIME}`,
  `(?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th|\\.)?[ -](?:of |de )?${MONTH}\\.?,?[ -](?:de )?${YEAR}`,
  `${MONTH}\\.? (?:0?[1-9]|[12]\\d|3[01])(?:st|nd|rd|th)?,? ${YEAR}`,
].join('|');

const DATE = new RegExp(`(?<![\\p{L}\\p{N}/.-])(?:${FORMS})(?![\\p{L}\\p{N}]|[/.-]\\d)`, 'giu');

/** Numeric dates must be dates in one reading or the other; written ones are taken as they are. */
function valid(value: string): boolean {
  const parts = value.split(/[T ,]/)[0]?.split(/[-/.]/).map(Number) ?? [];
  const [first = 0, second = 0, third = 0] = parts;
  if (parts.length !== 3 || parts.some(Number.isNaN)) return true;
  if (first > 31) return isDate(first, second, third);
  const year = third < 100 ? 2000 + third : third;
  return isDate(year, first, second) || isDate(year, second, first);
}

export const date = byPattern({
  name: 'date',
  type: 'DATE_TIME',
  languages: ['en', 'de', 'fr', 'es'],
  pattern: DATE,
  valid,
  score: 0.7,
  proof: 'calendar',
});

export const dateOfBirth = byPattern({
  name: 'date-of-birth',
  type: 'DATE_OF_BIRTH',
  languages: ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv'],
  pattern: DATE,
  valid,
  score: 0,
  scoreInContext: 0.9,
  context: [
    'born',
    'birth',
    'dob',
    'd o b',
    'date of birth',
    'birthday',
    'birthdate',
    'geboren',
    'geburtsdatum',
    'geb',
    'né',
    'née',
    'naissance',
    'nacimiento',
    'nacido',
    'nacida',
    'nascita',
    'nato',
    'nata',
    'geboortedatum',
    'nascimento',
    'född',
  ],
  proof: 'calendar',
});

/** The number alone: `57 years old` stays readable as `<AGE> years old`. */
export const age = byPattern({
  name: 'age',
  type: 'AGE',
  languages: ['en', 'de', 'fr', 'es'],
  pattern:
    /(?<![\p{L}\p{N}.,])(?:(?:aged?|alter|âge|edad)[ \t]{0,2}[:=]?[ \t]{0,2}(?:of )?(?<value>1[01]\d|[1-9]?\d)(?![\p{L}\p{N}.,%]\d?)|(?:1[01]\d|[1-9]?\d)(?=[ -](?:(?:years?|yrs?|months?|weeks?)[ -]?old|y\/o|yo|Jahre alt|ans|años de edad)(?![\p{L}])))/giu,
  score: 0.65,
  proof: 'wording',
});
