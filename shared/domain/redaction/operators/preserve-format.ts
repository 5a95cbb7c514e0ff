import { FF1 } from '@noble/ciphers/ff1.js';
import { luhn } from '../checksums.ts';
import { derivedKey, type OperatorKeys } from './keyed.ts';

const PURPOSE = 'redaction-format';
const DIGITS = '0123456789';
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** FF1 is specified for domains of a million or more (NIST SP 800-38G rev. 1): six digits, five letters. */
const LEAST: Readonly<Record<string, number>> = { [DIGITS]: 6, [LETTERS]: 5 };
/** Cycle walking ends after ten tries on average. */
const MAX_WALK = 400;

/**
 * A value of the same form: digits for digits, letters for letters of the same case, all else as it stands (FF1, NIST SP
 * 800-38G, under the tenant's key, the type as tweak). A number with a Luhn check digit becomes one with a right one.
 * Null when there are too few digits or letters for that to hide anything.
 */
export async function preserveFormat(value: string, type: string, keys: OperatorKeys): Promise<string | null> {
  const key = await derivedKey(keys, PURPOSE, 32);
  const tweak = new TextEncoder().encode(type);
  const digits = [...value].filter((char) => DIGITS.includes(char)).join('');
  const letters = [...value].filter((char) => LETTERS.includes(char.toLowerCase())).join('');
  if (digits.length < (LEAST[DIGITS] ?? 0) && letters.length < (LEAST[LETTERS] ?? 0)) return null;
  // What is too short by itself must not stay as it is beside what is hidden.
  const newDigits =
    digits.length < (LEAST[DIGITS] ?? 0) ? '0'.repeat(digits.length) : encryptDigits(digits, key, tweak);
  const newLetters =
    letters.length < (LEAST[LETTERS] ?? 0)
      ? 'x'.repeat(letters.length)
      : encrypt(letters.toLowerCase(), LETTERS, key, tweak);
  let digit = 0;
  let letter = 0;
  return [...value]
    .map((char) => {
      if (DIGITS.includes(char)) return newDigits[digit++] ?? '0';
      if (!LETTERS.includes(char.toLowerCase())) return /[\p{L}\p{N}]/u.test(char) ? 'x' : char;
      const made = newLetters[letter++] ?? 'x';
      return char === char.toLowerCase() ? made : made.toUpperCase();
    })
    .join('');
}

/** Encrypted again until the check digit is right: a permutation of the valid numbers (cycle walking). */
function encryptDigits(digits: string, key: Uint8Array, tweak: Uint8Array): string {
  let made = encrypt(digits, DIGITS, key, tweak);
  if (!luhn(digits)) return made;
  for (let walked = 0; walked < MAX_WALK && !luhn(made); walked++) made = encrypt(made, DIGITS, key, tweak);
  return made;
}

function encrypt(text: string, alphabet: string, key: Uint8Array, tweak: Uint8Array): string {
  const numerals = FF1(alphabet.length, key, tweak).encrypt([...text].map((char) => alphabet.indexOf(char)));
  return numerals.map((numeral) => alphabet[numeral] ?? '').join('');
}
