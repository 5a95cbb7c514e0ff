import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EmbeddedConverter } from '#shared/adapters/embedded/converter.ts';
import { refineTextType } from '#shared/domain/media-types.ts';
import { hostileFiles } from '#tests/corpus/hostile-files.ts';
import { docx, paragraph } from '#tests/corpus/office-files.ts';
import { leakyPdf, textPdf } from '#tests/corpus/pdf-files.ts';
import {
  collect,
  LIMITS,
  OFFICE_EXPECTED,
  outcome,
  pagesOf,
  sourceOf,
  startConverter,
} from '#tests/support/converter-fixture.ts';
import { sharedFiles } from '#tests/support/shared-data.ts';

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const SECRET = 'the-content-of-a-file-on-this-machine';
/** Longest that any answer may take; the limit given to the converter is half of it. */
const BOUND_MS = 40_000;
const limits = { ...LIMITS, timeoutMs: BOUND_MS / 2 };

describe('the embedded converter under hostile files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-hostile-'));
  const work = path.join(folder, 'work');
  const secretFile = path.join(folder, 'secret.txt');
  const converter: EmbeddedConverter = startConverter(work);
  const asked: string[] = [];
  let listener: Server;
  let url = '';

  beforeAll(async () => {
    writeFileSync(secretFile, SECRET);
    listener = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('asked');
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  });
  afterAll(async () => {
    const homes = readdirSync(work).flatMap((name) => readdirSync(path.join(work, name)));
    const sockets = homes.filter((name) => name.startsWith('office-')).map((name) => name.replace('office-', 'recto-'));
    await converter.close();
    expect(readdirSync(tmpdir()).filter((name) => sockets.some((socket) => name.endsWith(socket)))).toEqual([]);
    await new Promise((resolve) => listener.close(resolve));
    expect(readdirSync(work)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  /** Inspects, converts, renders the first page: the whole way of an upload. */
  const wholeWay = async (bytes: Buffer, name: string): Promise<Buffer> => {
    const source = sourceOf(bytes);
    const { mediaType } = await converter.inspect({ source, limits });
    const made = await converter.toPdf({ source, mediaType: refineTextType(mediaType, name), limits });
    const pdf = await collect(made.pdf);
    for await (const page of converter.renderPages({ pdf: sourceOf(pdf), from: 1, to: 1, dpi: 72, limits }))
      expect(page.number).toBe(1);
    return pdf;
  };
  for (const file of hostileFiles('http://placeholder', '/placeholder')) {
    it.runIf(file.office !== true || OFFICE_EXPECTED)(
      `answers a ${file.name} with ${file.expected.join(' or ')}`,
      async () => {
        const found = hostileFiles(url, secretFile).find((each) => each.name === file.name) ?? file;
        let pdf: Buffer = Buffer.alloc(0);
        const started = performance.now();
        const code = await outcome(wholeWay(found.bytes(), file.name).then((made) => (pdf = made)));
        expect(file.expected).toContain(code);
        expect(performance.now() - started).toBeLessThan(BOUND_MS);
        expect(pdf.includes('UNREDACTED')).toBe(false);
        if (pdf.length > 0) expect(textOf(pdf)).not.toContain(SECRET);
      },
      BOUND_MS * 2,
    );
  }

  const provided = sharedFiles('hostile/files');
  it.runIf(provided.length > 0)(
    'gives every collected hostile file a typed answer in bounded time',
    async () => {
      for (const file of provided) {
        const started = performance.now();
        const code = await outcome(wholeWay(readFileSync(file), path.basename(file)));
        expect(code, path.basename(file)).toMatch(/^[a-z_]+$/);
        expect(['internal', 'overloaded'], path.basename(file)).not.toContain(code);
        expect(performance.now() - started, path.basename(file)).toBeLessThan(BOUND_MS);
      }
    },
    600_000,
  );

  it('leaves no trace of a PDF of many leaks in its redaction', async () => {
    const secret = 'PLANTEDSECRET';
    const pdf = await wholeWay(await leakyPdf(secret, url), 'leaky.pdf');
    const made = await converter.redactPdf({
      pdf: sourceOf(pdf),
      limits,
      forbidden: [],
      pages: pagesOf({ number: 1, dpi: 100, boxes: [[0, 0, 830, 1170]], words: [], as: 'picture' }),
    });
    const redacted = await collect(made.pdf);
    expect(textOf(redacted)).not.toContain(secret);
    expect(redacted.includes(secret)).toBe(false);
  });

  it.runIf(OFFICE_EXPECTED)(
    'ends a document whose Office process hangs, and converts the next',
    async () => {
      await convertsNormally();
      const pid = officePid(work);
      process.kill(pid, 'SIGSTOP');
      expect(
        await outcome(
          converter.toPdf({
            source: sourceOf(docx({ body: paragraph('x') })),
            mediaType: DOCX,
            limits: { ...limits, timeoutMs: 2_000 },
          }),
        ),
      ).toBe('conversion_timeout');
      await convertsNormally();
      expect(officePid(work)).not.toBe(pid);
    },
    120_000,
  );

  it.runIf(OFFICE_EXPECTED)(
    'ends a document whose Office process is killed under it, and converts the next',
    async () => {
      await convertsNormally();
      const pid = officePid(work);
      const long = docx({ body: paragraph('Many words make a long document. '.repeat(40)).repeat(6_000) });
      const call = outcome(converter.toPdf({ source: sourceOf(long), mediaType: DOCX, limits }));
      setTimeout(() => process.kill(pid, 'SIGKILL'), 500);
      expect(await call).toBe('conversion_crashed');
      await convertsNormally();
    },
    120_000,
  );

  it.runIf(OFFICE_EXPECTED)(
    'ends a document that makes Office take more memory than it may, as a try that counts',
    async () => {
      const small = startConverter(path.join(folder, 'small'), { maxOfficeBytes: 64 * 1024 * 1024 });
      try {
        const long = docx({ body: paragraph('Many words make a long document. '.repeat(40)).repeat(6_000) });
        await expect(small.toPdf({ source: sourceOf(long), mediaType: DOCX, limits })).rejects.toMatchObject({
          code: 'conversion_crashed',
          class: 'transient',
          message: expect.stringContaining('memory'),
        });
      } finally {
        await small.close();
      }
    },
    120_000,
  );

  it('ends a call whose document worker is killed, and serves the next', async () => {
    const pdf = await textPdf(Array.from({ length: 30 }, (_, i) => `page ${i}`));
    await converter.inspect({ source: sourceOf(pdf), limits });
    const failed: number[] = [];
    for await (const page of converter.renderPages({ pdf: sourceOf(pdf), from: 1, to: 30, dpi: 150, limits })) {
      if ('error' in page) failed.push(page.number);
      if (page.number === 3) for (const pid of workerPids(work)) process.kill(pid, 'SIGKILL');
      if (page.number === 8) break;
    }
    expect(failed.length).toBeLessThanOrEqual(2);
    expect((await converter.inspect({ source: sourceOf(pdf), limits })).pages).toBe(30);
  });

  it('has asked the network for nothing', () => {
    expect(asked).toEqual([]);
  });

  const convertsNormally = async (): Promise<void> => {
    const made = await converter.toPdf({
      source: sourceOf(docx({ body: paragraph('All is well') })),
      mediaType: DOCX,
      limits,
    });
    expect((await collect(made.pdf)).length).toBeGreaterThan(1_000);
  };
});

/** Processes whose command line names our temporary folder. */
function pidsWith(folder: string, what: string): number[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,args=', '-ww'], { encoding: 'utf8' }).split('\n');
  return rows.filter((row) => row.includes(folder) && row.includes(what)).map((row) => Number.parseInt(row.trim(), 10));
}
const officePid = (folder: string): number => {
  const pid = pidsWith(folder, '--accept=pipe').at(-1);
  if (pid === undefined) throw new Error('no Office process is running');
  return pid;
};
const workerPids = (folder: string): number[] => pidsWith(folder, 'worker/main.ts');

/** Text and streams of a PDF, as qpdf unfolds them; the raw bytes where qpdf is not installed. */
function textOf(pdf: Buffer): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'recto-qdf-'));
  try {
    const file = path.join(dir, 'in.pdf');
    writeFileSync(file, pdf);
    return execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return pdf.toString('latin1');
    throw error;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
