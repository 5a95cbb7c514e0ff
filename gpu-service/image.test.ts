import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ocrAnswerSchema } from '#shared/domain/ocr-wire.ts';
import { drawPage } from '#tests/support/draw-page.ts';
import { isReady, startOcrService, until } from '#tests/support/ocr-service.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

describe('what the image of the OCR service holds', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'recto-image-'));
    execFileSync('sh', ['gpu-service/build.sh', 'cpu', folder], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  }, 90_000);
  afterAll(() => {
    setWritable(folder, true);
    rmSync(folder, { recursive: true, force: true });
  });

  it('reads a page by itself, without the repository, writing nothing', async () => {
    setWritable(folder, false);
    const before = filesUnder(folder);
    const service = await startOcrService(
      { OCR_QUANTIZED_DIR: path.join(folder, 'quantized'), OCR_PRECISION: 'int8', HOME: '/nonexistent' },
      path.join(folder, 'gpu-service/main.js'),
    );
    try {
      await until(() => isReady(service.url), 40_000);
      const response = await fetch(`${service.url}/v1/ocr`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: new Uint8Array(drawPage([{ text: 'Built and run', x: 40, y: 90, size: 40 }]).png),
      });
      const { pages, model } = ocrAnswerSchema.parse(await response.json());
      expect(pages[0]?.lines.map((line) => line.text)).toEqual(['Built and run']);
      expect(model).toContain('PP-OCRv6_small_rec:int8');
      expect(filesUnder(folder)).toEqual(before);
    } finally {
      service.process.kill('SIGTERM');
      expect(await service.exited).toBe(0);
    }
  }, 60_000);

  it('has the libraries of one platform only, and stays small', () => {
    const binaries = path.join(folder, 'node_modules/onnxruntime-node/bin/napi-v6');
    expect(readdirSync(binaries)).toEqual([process.platform]);
    expect(readdirSync(path.join(binaries, process.platform))).toEqual([process.arch]);
    const bytes = filesUnder(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0);
    expect(bytes).toBeLessThan(300e6);
  });
});

describe('the Dockerfile', () => {
  const parsed = DockerfileParser.parse(readFileSync(path.join(import.meta.dirname, 'Dockerfile'), 'utf8'));
  const instructions = parsed.getInstructions();
  const from = parsed.getFROMs();
  const shipped = ['cpu', 'gpu'];
  /** Of one stage, by its name. */
  const stage = (name: string): Instruction[] => {
    const start = instructions.findIndex((one) => isFrom(one) && one.getBuildStage() === name);
    const rest = instructions.slice(start + 1);
    const end = rest.findIndex(isFrom);
    return end < 0 ? rest : rest.slice(0, end);
  };
  const isFrom = (one: Instruction): one is From => one.getKeyword() === 'FROM';
  const only = (name: string, keyword: string) => stage(name).filter((one) => one.getKeyword() === keyword);

  it('starts from images of a version, or from stages of its own', () => {
    const stages = new Set(from.map((one) => one.getBuildStage()));
    for (const one of from) {
      const image = one.getImage() ?? '';
      if (stages.has(image)) continue;
      expect(image).toMatch(/^[\w./]+:\$\{[A-Z]+_VERSION\}-[\w.-]+$/);
    }
    for (const argument of parsed.getInitialARGs())
      expect(argument.getProperty()?.getValue(), String(argument)).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('adds nothing from elsewhere, and copies only what is there', () => {
    expect(instructions.filter((one) => one.getKeyword() === 'ADD')).toEqual([]);
    for (const copy of parsed.getCOPYs()) {
      if (copy.getFlags().some((flag) => flag.getName() === 'from')) continue;
      const sources = copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue());
      for (const source of sources) expect(existsSync(path.join(ROOT, source)), source).toBe(true);
    }
  });

  it.each(shipped)('runs %s as a user without rights, with a check, by a command without a shell', (name) => {
    expect(only(name, 'USER').map((one) => one.getArgumentsContent())).toEqual(['65532:65532']);
    expect(only(name, 'HEALTHCHECK')).toHaveLength(1);
    expect(only(name, 'RUN')).toEqual([]);
    const [command] = only(name, 'CMD').map((one) => JSON.parse(one.getArgumentsContent() ?? 'null'));
    expect(command).toEqual(['node', 'gpu-service/main.js']);
  });

  it('builds by the script that is tested here', () => {
    for (const name of shipped)
      expect(only(`build-${name}`, 'RUN').map((one) => one.getArgumentsContent())).toEqual([
        `sh gpu-service/build.sh ${name} /app`,
      ]);
  });
});

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();

/** Root may write anywhere: for everybody else this is what a read-only root does. */
function setWritable(folder: string, writable: boolean): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isDirectory()) chmodSync(path.join(entry.parentPath, entry.name), writable ? 0o755 : 0o555);
  chmodSync(folder, writable ? 0o755 : 0o555);
}
