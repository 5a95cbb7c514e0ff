import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { expect, it } from 'vitest';
import { createConverter } from '#shared/adapters/gcp/converter.ts';
import { textPdf } from '#tests/corpus/pdf-files.ts';
import { collect, LIMITS, sourceOf } from '#tests/support/converter-fixture.ts';
import { eventually, freePort } from '#tests/support/local-platform.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

it('what the image of the converter holds works by itself, without the repository', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'recto-converter-image-'));
  execFileSync('sh', ['functions/converter/build.sh', folder], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const port = await freePort();
  const service = spawn(process.execPath, [path.join(folder, 'functions/converter/main.js')], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: String(port), RECTO_HOST: '127.0.0.1', RECTO_LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const converter = createConverter({ url: `http://127.0.0.1:${port}`, authorize: async () => ({}) });
  try {
    await eventually(
      () =>
        converter.office().then(
          () => 'up',
          () => 'down',
        ),
      (state) => state === 'up',
    );
    const source = sourceOf(await textPdf(['Packed and run']));
    const made = await converter.toPdf({ source, mediaType: 'application/pdf', limits: LIMITS });
    expect((await collect(made.pdf)).subarray(0, 5).toString()).toBe('%PDF-');
    expect(made.pages).toHaveLength(1);
  } finally {
    await converter.close();
    service.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

it('the image runs as a user without rights, adds nothing from elsewhere, and is built by the script that is tested here', () => {
  const parsed = DockerfileParser.parse(readFileSync(path.join(import.meta.dirname, 'Dockerfile'), 'utf8'));
  const lines = parsed.getInstructions().map((one) => `${one.getKeyword()} ${one.getArgumentsContent() ?? ''}`);
  expect(lines.filter((line) => line.startsWith('ADD'))).toEqual([]);
  expect(lines.filter((line) => line.startsWith('USER'))).toEqual(['USER 65532:65532']);
  expect(lines).toContain('RUN sh functions/converter/build.sh /app');
  expect(lines.at(-1)).toBe('CMD ["node", "functions/converter/main.js"]');
  for (const from of parsed.getFROMs()) expect(from.getImage()).toMatch(/^node:\$\{NODE_VERSION\}-bookworm-slim$/);
});
