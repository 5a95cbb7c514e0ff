import { luhn, weighted } from './checksums.ts';

interface Scheme {
  pattern: RegExp;
  /** Of the number without its country prefix; absent where the format alone is checked. */
  check?: (number: string) => boolean;
}

/** ISO/IEC 7064 MOD 11,10. */
function mod11of10(digits: string): boolean {
  let product = 10;
  for (const digit of digits.slice(0, -1)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits.at(-1));
}

const last = (digits: string): number => Number(digits.at(-1));

function austria(number: string): boolean {
  let sum = 0;
  for (let i = 0; i < 7; i++) {
    const doubled = Number(number[i + 1]) * (i % 2 === 0 ? 1 : 2);
    sum += Math.floor(doubled / 10) + (doubled % 10);
  }
  return (10 - ((sum + 4) % 10)) % 10 === last(number);
}

function britain(number: string): boolean {
  const remainder = (weighted(number, [8, 7, 6, 5, 4, 3, 2]) + Number(number.slice(7, 9))) % 97;
  return remainder === 0 || remainder === 42;
}

/** Formats of the EU's VIES, the UK and Switzerland; check digits where the rule is published. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  AT: { pattern: /^U\d{8}$/, check: austria },
  BE: { pattern: /^[01]\d{9}$/, check: (n) => 97 - (Number(n.slice(0, 8)) % 97) === Number(n.slice(8)) },
  BG: { pattern: /^\d{9,10}$/ },
  CHE: {
    pattern: /^\d{9}$/,
    check: (n) => (11 - (weighted(n, [5, 4, 3, 2, 7, 6, 5, 4]) % 11)) % 11 === last(n),
  },
  CY: { pattern: /^\d{8}[A-Z]$/ },
  CZ: { pattern: /^\d{8,10}$/ },
  DE: { pattern: /^[1-9]\d{8}$/, check: mod11of10 },
  DK: { pattern: /^[1-9]\d{7}$/, check: (n) => weighted(n, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0 },
  EE: { pattern: /^\d{9}$/, check: (n) => weighted(n, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0 },
  EL: { pattern: /^\d{9}$/, check: (n) => (weighted(n, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === last(n) },
  ES: { pattern: /^(?:[A-Z]\d{7}[A-Z0-9]|\d{8}[A-Z])$/ },
  FI: { pattern: /^\d{8}$/, check: (n) => (11 - (weighted(n, [7, 9, 10, 5, 8, 4, 2]) % 11)) % 11 === last(n) },
  FR: {
    pattern: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
    // The two-digit key is checked; keys with letters follow no published rule.
    check: (n) => !/^\d\d/.test(n) || Number((BigInt(`${n.slice(2)}12`) % 97n).toString()) === Number(n.slice(0, 2)),
  },
  GB: { pattern: /^\d{9}(?:\d{3})?$/, check: britain },
  HR: { pattern: /^\d{11}$/, check: mod11of10 },
  HU: { pattern: /^\d{8}$/, check: (n) => weighted(n, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 === 0 },
  IE: { pattern: /^\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/ },
  IT: { pattern: /^\d{11}$/, check: luhn },
  LT: { pattern: /^(?:\d{9}|\d{12})$/ },
  LU: { pattern: /^\d{8}$/, check: (n) => Number(n.slice(0, 6)) % 89 === Number(n.slice(6)) },
  LV: { pattern: /^\d{11}$/ },
  MT: { pattern: /^\d{8}$/, check: (n) => 37 - (weighted(n, [3, 4, 6, 7, 8, 9]) % 37) === Number(n.slice(6)) },
  NL: { pattern: /^\d{9}B\d{2}$/ },
  PL: { pattern: /^\d{10}$/, check: (n) => weighted(n, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === last(n) },
  PT: {
    pattern: /^[1-9]\d{8}$/,
    check: (n) => {
      const rest = 11 - (weighted(n, [9, 8, 7, 6, 5, 4, 3, 2]) % 11);
      return (rest > 9 ? 0 : rest) === last(n);
    },
  },
  RO: { pattern: /^[1-9]\d{1,9}$/ },
  SE: { pattern: /^\d{10}01$/, check: (n) => luhn(n.slice(0, 10)) },
  SI: { pattern: /^[1-9]\d{7}$/, check: (n) => (11 - (weighted(n, [8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === last(n) },
  SK: { pattern: /^[1-9]\d{9}$/, check: (n) => BigInt(n) % 11n === 0n },
};

/** `DE 136 695 976` becomes `DE136695976`; other tax numbers keep their letters and digits. */
export function normalizeTaxId(text: string): string {
  return text
    .toUpperCase()
    .replace(/(?<=^CHE.{9,14})\s*(?:MWST|TVA|IVA|VAT)$/, '')
    .replace(/[^A-Z0-9]/g, '');
}

/**
 * Whether a VAT id with a country prefix holds by its country's rule; null where no rule is known for it
 * (no prefix, another country's scheme).
 */
export function validVat(id: string): boolean | null {
  const prefix = id.startsWith('CHE') ? 'CHE' : id.slice(0, 2);
  const scheme = SCHEMES[prefix];
  if (scheme === undefined) return null;
  const number = id.slice(prefix.length);
  if (!scheme.pattern.test(number)) return false;
  return scheme.check === undefined ? null : scheme.check(number);
}
