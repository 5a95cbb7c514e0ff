/** Digits of `text`, everything else dropped. */
export const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** ISO/IEC 7812-1 annex B (Luhn): card numbers, Swedish and Italian tax numbers. */
export function luhn(digits: string): boolean {
  if (!/^\d{2,}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}

/** ISO/IEC 7064 MOD 97-10 remainder of digits and letters (A = 10 … Z = 35). */
export function mod97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return -1;
    remainder = (value > 9 ? remainder * 100 + value : remainder * 10 + value) % 97;
  }
  return remainder;
}

/** Sum of digit times weight, position by position. */
export function weighted(digits: string, weights: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += Number(digits[i] ?? 0) * (weights[i] ?? 0);
  return sum;
}

/** GS1 check digit: EAN-8, UPC-A (12), EAN-13, GTIN-14. */
export function ean(digits: string): boolean {
  if (!/^(?:\d{8}|\d{12,14})$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 1 ? 3 : 1);
  return sum % 10 === 0;
}

/** ISBN-10 (mod 11, X = 10) or ISBN-13 (GS1, prefix 978 or 979); hyphens and spaces allowed. */
export function isbn(text: string): boolean {
  const compact = text.replace(/[\s-]/g, '').toUpperCase();
  if (/^97[89]\d{10}$/.test(compact)) return ean(compact);
  if (!/^\d{9}[\dX]$/.test(compact)) return false;
  let sum = 0;
  for (let i = 0; i < 10; i++) sum += (compact[i] === 'X' ? 10 : Number(compact[i])) * (10 - i);
  return sum % 11 === 0;
}

/** ABA routing transit number: nine digits, weights 3-7-1. */
export function abaRouting(digits: string): boolean {
  return /^\d{9}$/.test(digits) && digits !== '000000000' && weighted(digits, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

/** US social security number as issued: area not 000, 666 or 9xx; group not 00; serial not 0000. */
export function socialSecurity(digits: string): boolean {
  return /^(?!000|666|9)\d{3}(?!00)\d{2}(?!0000)\d{4}$/.test(digits);
}
