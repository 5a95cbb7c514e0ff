import { isRealDate } from './dates.ts';

/** What a machine-readable zone says, ICAO Doc 9303. Names as printed there, `<` as spaces; dates ISO 8601. */
export interface Mrz {
  format: 'TD1' | 'TD2' | 'TD3';
  documentCode: string;
  issuer: string;
  documentNumber: string;
  nationality: string;
  surname: string;
  givenNames: string;
  birth: string | null;
  expiry: string | null;
  sex: 'F' | 'M' | 'X';
  /** Which check digits hold. */
  checks: { number: boolean; birth: boolean; expiry: boolean; composite: boolean };
}

/** Doc 9303 part 3, 4.9: weights 7-3-1, A = 10 … Z = 35, `<` = 0. */
export function checkDigit(text: string): string {
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] ?? '<';
    sum += (character === '<' ? 0 : Number.parseInt(character, 36)) * ([7, 3, 1][i % 3] ?? 0);
  }
  return String(sum % 10);
}

/** A line as OCR gives it: spaces dropped, double angle quotes back to fillers. */
export const mrzLine = (text: string): string => text.replace(/\s/g, '').replace(/[«»]/g, '<<').toUpperCase();

const READ_AS_DIGIT: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  Z: '2',
  S: '5',
  B: '8',
  G: '6',
};
const digits = (text: string): string => text.replace(/[A-Z]/g, (letter) => READ_AS_DIGIT[letter] ?? letter);

function date(text: string, future: boolean): string | null {
  if (!/^\d{6}$/.test(text)) return null;
  const short = Number(text.slice(0, 2));
  // A holder was born in the past, a document ends within some decades: that decides the century.
  const year = future ? (short < 70 ? 2000 + short : 1900 + short) : short > 30 ? 1900 + short : 2000 + short;
  const [month, day] = [Number(text.slice(2, 4)), Number(text.slice(4, 6))];
  return isRealDate(year, month, day) ? `${year}-${text.slice(2, 4)}-${text.slice(4, 6)}` : null;
}

const plain = (text: string): string => text.replace(/<+/g, ' ').trim();

function build(
  format: Mrz['format'],
  parts: Record<
    | 'code'
    | 'issuer'
    | 'number'
    | 'numberCheck'
    | 'nationality'
    | 'birth'
    | 'birthCheck'
    | 'sex'
    | 'expiry'
    | 'expiryCheck'
    | 'names'
    | 'composite'
    | 'compositeCheck',
    string
  >,
): Mrz {
  const birth = digits(parts.birth);
  const expiry = digits(parts.expiry);
  const [surname = '', given = ''] = parts.names.split('<<');
  return {
    format,
    documentCode: plain(parts.code),
    issuer: plain(parts.issuer),
    documentNumber: plain(parts.number),
    nationality: plain(parts.nationality),
    surname: plain(surname),
    givenNames: plain(given),
    birth: date(birth, false),
    expiry: date(expiry, true),
    sex: parts.sex === 'F' || parts.sex === 'M' ? parts.sex : 'X',
    checks: {
      number: checkDigit(parts.number) === digits(parts.numberCheck),
      birth: checkDigit(birth) === digits(parts.birthCheck),
      expiry: checkDigit(expiry) === digits(parts.expiryCheck),
      composite: checkDigit(parts.composite) === digits(parts.compositeCheck),
    },
  };
}

/** Reads two lines of 44 (TD3) or 36 (TD2) characters or three of 30 (TD1), already passed through `mrzLine`; null if they are not that. */
export function parseMrz(lines: readonly string[]): Mrz | null {
  const [a = '', b = '', c = ''] = lines;
  if (lines.some((line) => !/^[A-Z0-9<]+$/.test(line)) || !/^[ACIPV]/.test(a)) return null;
  if (lines.length === 3 && a.length === 30 && b.length === 30 && c.length === 30) {
    return build('TD1', {
      code: a.slice(0, 2),
      issuer: a.slice(2, 5),
      number: a.slice(5, 14),
      numberCheck: a.slice(14, 15),
      nationality: b.slice(15, 18),
      birth: b.slice(0, 6),
      birthCheck: b.slice(6, 7),
      sex: b.slice(7, 8),
      expiry: b.slice(8, 14),
      expiryCheck: b.slice(14, 15),
      names: c,
      composite: a.slice(5) + b.slice(0, 7) + b.slice(8, 15) + b.slice(18, 29),
      compositeCheck: b.slice(29),
    });
  }
  const td3 = a.length === 44 && b.length === 44;
  if (lines.length !== 2 || !(td3 || (a.length === 36 && b.length === 36))) return null;
  const end = td3 ? 43 : 35;
  return build(td3 ? 'TD3' : 'TD2', {
    code: a.slice(0, 2),
    issuer: a.slice(2, 5),
    names: a.slice(5),
    number: b.slice(0, 9),
    numberCheck: b.slice(9, 10),
    nationality: b.slice(10, 13),
    birth: b.slice(13, 19),
    birthCheck: b.slice(19, 20),
    sex: b.slice(20, 21),
    expiry: b.slice(21, 27),
    expiryCheck: b.slice(27, 28),
    composite: b.slice(0, 10) + b.slice(13, 20) + b.slice(21, end),
    compositeCheck: b.slice(end),
  });
}
