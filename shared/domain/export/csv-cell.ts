/** A number that a spreadsheet may take as one: it starts with a sign and is still no formula. */
const PLAIN_NUMBER = /^[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?$/;
/**
 * What makes a spreadsheet take a cell for a formula (OWASP, CSV injection), also in full width and behind the blanks that
 * some programs drop.
 */
const FORMULA = /^[\s\u00a0\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/**
 * One cell by RFC 4180, safe to open in a spreadsheet: what would start a formula gets an apostrophe before it, a plain
 * number stays a number.
 */
export function csvCell(text: string): string {
  const clean = text.replaceAll('\0', '');
  const safe = FORMULA.test(clean) && !PLAIN_NUMBER.test(clean) ? `'${clean}` : clean;
  return /[",\r\n]/.test(safe) || /^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csvRow = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;
