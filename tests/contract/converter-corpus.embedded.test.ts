import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RectoError } from '#shared/domain/errors.ts';
import { collect, LIMITS, OFFICE_EXPECTED, sourceOf, startConverter } from '#tests/support/converter-fixture.ts';
import { sharedFiles } from '#tests/support/shared-data.ts';

const PASSWORDS: Readonly<Record<string, string>> = {
  'tika--testWORD_protected_passtika.doc': 'tika',
  'poi--Password_Protected-hello.ppt': 'hello',
  'poi--password.xls': 'password',
  'poi--bug53475-password-is-pass.docx': 'pass',
  'sample-files--libreoffice-writer-password.pdf': 'openpassword',
};
/** Files for which an error is the right answer. Every other file has to give pages. */
const REFUSED: Readonly<Record<string, string>> = {
  'tika--testWORD_truncated.docx': 'file_truncated',
  'poi--clusterfuzz-testcase-minimized-POIXWPFFuzzer-5313273089884160.docx': 'file_truncated',
  // Nobody gives its password.
  'tika--testODTEncrypted.odt': 'password_required',
  // LibreOffice has no filter for encrypted PowerPoint 97 files.
  'poi--Password_Protected-hello.ppt': 'conversion_failed',
  'ocrmypdf--invalid.pdf': 'file_corrupt',
  'pdf.js--poppler-395-0-fuzzed.pdf': 'file_corrupt',
};

describe('the embedded converter on collected documents', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-corpus-'));
  const converter = startConverter(folder);
  const table: Record<string, string | number | null>[] = [];
  afterAll(async () => {
    await converter.close();
    rmSync(folder, { recursive: true });
    if (process.env.RECTO_SHOW_TABLES === '1') console.table(table);
  });

  const tryOne = async (name: string, bytes: Buffer) => {
    const source = sourceOf(bytes);
    const found = await converter.inspect({ source, limits: LIMITS });
    const password = PASSWORDS[name] ?? null;
    if (found.encrypted && password !== null) {
      const locked = converter.toPdf({ source, mediaType: found.mediaType, limits: LIMITS, password: 'not this one' });
      // Encrypted PowerPoint 97 is refused whatever the password.
      await expect(locked).rejects.toMatchObject({ code: REFUSED[name] ?? 'password_wrong' });
    }
    if (found.encrypted && password === null) throw new RectoError('password_required', 'expected to be asked for');
    const made = await converter.toPdf({ source, mediaType: found.mediaType, limits: LIMITS, password });
    const pdf = await collect(made.pdf);
    let words: number | null = null;
    for await (const page of converter.renderPages({ pdf: sourceOf(pdf), from: 1, to: 1, dpi: 100, limits: LIMITS })) {
      expect(page, name).not.toHaveProperty('error');
      if ('png' in page) words = page.textLayer?.words.length ?? null;
    }
    return { mediaType: found.mediaType, pages: made.pages.length, rows: made.rows, words };
  };

  for (const kind of ['office', 'pdf', 'image']) {
    const files = sharedFiles(kind);
    it.runIf(files.length > 0 && (kind !== 'office' || OFFICE_EXPECTED))(
      `gives every ${kind} file its pages, or the error that is right for it`,
      async () => {
        for (const file of files) {
          const name = path.basename(file);
          const started = performance.now();
          const result = await tryOne(name, readFileSync(file)).then(
            (done) => ({ code: 'ok', ...done }),
            (error: unknown) => {
              if (error instanceof RectoError) return { code: error.code };
              throw error;
            },
          );
          table.push({ name: name.slice(0, 50), ...result, ms: Math.round(performance.now() - started) });
          expect.soft(result.code, name).toBe(REFUSED[name] ?? 'ok');
        }
      },
      300_000,
    );
  }
});
