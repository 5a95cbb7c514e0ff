import { isDate, luhn, varied, weighted } from '../checksums.ts';
import { byNumber, byPattern } from '../recognizer.ts';

export const caSin = byNumber({
  name: 'ca-sin',
  type: 'CA_SIN',
  languages: ['en', 'fr'],
  shapes: [[3, 3, 3], [9]],
  valid: (digits) => !/^[08]/.test(digits) && varied(digits) && luhn(digits),
  score: 0.5,
  solidScore: 0.25,
  scoreInContext: 0.95,
  context: ['sin', 'social insurance', 'nas', 'assurance sociale'],
  proof: 'Luhn',
});

const modulus11 = (digits: string, weights: readonly number[]): number => {
  const rest = weighted(digits, weights) % 11;
  return rest < 2 ? 0 : 11 - rest;
};

export const brCpf = byNumber({
  name: 'br-cpf',
  type: 'BR_CPF',
  languages: ['pt'],
  shapes: [[3, 3, 3, 2], [11]],
  valid: (digits) =>
    varied(digits) &&
    modulus11(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[9]) &&
    modulus11(digits, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[10]),
  score: 0.8,
  solidScore: 0.6,
  scoreInContext: 0.98,
  context: ['cpf', 'cadastro de pessoas'],
  proof: 'two check digits',
});

export const brCnpj = byNumber({
  name: 'br-cnpj',
  type: 'BR_CNPJ',
  languages: ['pt'],
  shapes: [[2, 3, 3, 4, 2], [14]],
  valid: (digits) =>
    varied(digits) &&
    modulus11(digits, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[12]) &&
    modulus11(digits, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) === Number(digits[13]),
  score: 0.8,
  solidScore: 0.6,
  scoreInContext: 0.98,
  context: ['cnpj', 'cadastro nacional'],
  proof: 'two check digits',
});

const CURP = '0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ';

/** Clave única de registro de población: weights 18 to 2 over RENAPO's alphabet, modulus 10. */
export const mxCurp = byPattern({
  name: 'mx-curp',
  type: 'MX_CURP',
  languages: ['es'],
  pattern:
    /(?<![\p{L}\p{N}])[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{2}[B-DF-HJ-NP-TV-ZÑ]{3}[A-Z\d]\d(?![\p{L}\p{N}])/giu,
  valid: (value) => {
    const code = value.toUpperCase();
    let sum = 0;
    for (let i = 0; i < 17; i++) sum += CURP.indexOf(code.charAt(i)) * (18 - i);
    return (
      (10 - (sum % 10)) % 10 === Number(code.charAt(17)) &&
      isDate(2000 + Number(code.slice(4, 6)), Number(code.slice(6, 8)), Number(code.slice(8, 10)))
    );
  },
  score: 0.95,
  context: ['curp'],
  proof: 'check digit',
});

/** RUT: modulus 11 with K for ten. */
export const clRut = byPattern({
  name: 'cl-rut',
  type: 'CL_RUT',
  languages: ['es'],
  pattern: /(?<![\p{L}\p{N}.-])\d{1,2}\.?\d{3}\.?\d{3}-[\dK](?![\p{L}\p{N}-])/giu,
  valid: (value) => {
    const digits = value.slice(0, -2).replace(/\D/g, '');
    let sum = 0;
    for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (2 + (i % 6));
    return '0K987654321'.charAt(sum % 11) === value.slice(-1).toUpperCase();
  },
  score: 0.6,
  scoreInContext: 0.95,
  context: ['rut', 'run', 'rol único'],
  proof: 'modulus 11',
});
