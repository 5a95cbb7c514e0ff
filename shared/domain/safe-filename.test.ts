import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFilename } from './safe-filename.ts';

describe('a safe file name', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\evil.exe', 'evil.exe'],
    ['--convert-to', 'convert-to'],
    ['-env:UserInstallation=file:///x.docx', 'x.docx'],
    ['-rf .txt', 'rf.txt'],
    ['a\0b.pdf', 'ab.pdf'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['CON', '_CON'],
    ['com1.txt', '_com1.txt'],
    ['trailing. . .', 'trailing'],
    ['.hidden', 'hidden'],
    ['', 'document'],
    ['///', 'document'],
    ['.pdf', 'pdf'],
    ['e\u0301te\u0301.txt', 'été.txt'],
  ])('makes %j into %j', (given, safe) => expect(safeFilename(given)).toBe(safe));

  it('keeps the extension of a name that is too long', () => {
    const safe = safeFilename(`${'é'.repeat(300)}.docx`);
    expect(safe.endsWith('.docx')).toBe(true);
    expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(200);
  });

  it('is one plain segment, whatever it is made from, and stays as it is when made safe again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const safe = safeFilename(given);
        expect(safe).not.toMatch(/[/\\\0\r\n]|^[.-]|\.$|^$/);
        expect(new TextEncoder().encode(safe).length).toBeLessThanOrEqual(201);
        expect(safeFilename(safe)).toBe(safe);
      }),
    );
  });
});
