/*
 * One engine in a process of its own, so that memory and time are its own: told a file, it answers with what it read there.
 *   node host.ts ours <reader> <fp32 | int8> <cache folder>
 *   node host.ts tesseract | tesseract-js <folder of peers> | gutenye <folder of peers>
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { variantsIn } from '#gpu/manager/variants.ts';
import { verifiedFiles } from '#gpu/manager/verified-files.ts';
import { decodeImage } from '#gpu/ocr/decode.ts';
import { isReaderId } from '#gpu/ocr/models.ts';
import { PageReader } from '#gpu/ocr/page-reader.ts';
import type { Item } from './score.ts';

export interface Answer {
  words: Item[];
  /** What the engine gives by itself: lines, from all but Tesseract. */
  lines: Item[];
  wall: number;
  cpu: number;
  /** Peak of the process that read it, so far. */
  peakMb: number;
}
type Read = (file: string) => Promise<{ words: Item[]; lines: Item[]; cpu?: number; peakMb?: number }>;

const [kind = '', ...rest] = process.argv.slice(2);
const MAX_PIXELS = 1e9;
/** Of the kernel's clock, a second. */
const TICKS = 100;

async function ours(reader: string, precision: string, cacheDir: string): Promise<Read> {
  if (!isReaderId(reader)) throw new Error(`No reader "${reader}".`);
  // The files that the service itself would run on such a CPU.
  const fail = (_level: string, message: string): never => {
    throw new Error(message);
  };
  const plan = { provider: 'cpu', precision: precision === 'int8' ? 'int8' : 'fp32' } as const;
  const opened = await PageReader.open(await verifiedFiles(reader, variantsIn(cacheDir, plan, fail)));
  await opened.warmUp();
  return async (file) => {
    const { words, lines } = await opened.read(await decodeImage(await readFile(file), MAX_PIXELS));
    const textOf = (range: [number, number]): string =>
      words
        .slice(...range)
        .map(({ text }) => text)
        .join(' ');
    return { words, lines: lines.map((line) => ({ text: textOf(line.words), box: line.box })) };
  };
}

/** A process a page, as most people run it; one thread. What it took is asked of the kernel while it runs. */
async function tesseract(): Promise<Read> {
  return async (file) => {
    const child = spawn('tesseract', [file, 'stdout', '--psm', '3', 'tsv'], {
      env: { ...process.env, OMP_THREAD_LIMIT: '1' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let cpu = 0;
    let peakMb = 0;
    const look = (): void => {
      try {
        const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
        cpu = (Number(fields[11]) + Number(fields[12])) / TICKS;
        const peak = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmHWM:\s+(\d+)/)?.[1];
        if (peak !== undefined) peakMb = Number(peak) / 1024;
      } catch {
        clearInterval(timer);
      }
    };
    const timer = setInterval(look, 20);
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk);
    clearInterval(timer);
    const words = Buffer.concat(chunks)
      .toString()
      .split('\n')
      .flatMap((line): Item[] => {
        const [level, , , , , , left, top, width, height, , text = ''] = line.split('\t');
        if (level !== '5' || text.trim() === '') return [];
        const [x, y] = [Number(left), Number(top)];
        return [{ text, box: [x, y, x + Number(width), y + Number(height)] }];
      });
    return { words, lines: words, cpu, peakMb };
  };
}

async function tesseractJs(folder: string): Promise<Read> {
  const require = createRequire(path.join(folder, 'package.json'));
  const { createWorker } = require('tesseract.js');
  const langPath = path.join(folder, 'node_modules/@tesseract.js-data/eng/4.0.0_best_int');
  const worker = await createWorker('eng', 1, { langPath, gzip: true, cacheMethod: 'none' });
  interface Part {
    text: string;
    bbox: { x0: number; y0: number; x1: number; y1: number };
  }
  interface TextLine extends Part {
    words: Part[];
  }
  const itemOf = ({ text, bbox }: Part): Item => ({ text: text.trim(), box: [bbox.x0, bbox.y0, bbox.x1, bbox.y1] });
  return async (file) => {
    const { data } = await worker.recognize(file, {}, { blocks: true });
    const blocks: { paragraphs: { lines: TextLine[] }[] }[] = data.blocks ?? [];
    const lines = blocks.flatMap((block) => block.paragraphs.flatMap((paragraph) => paragraph.lines));
    return { words: lines.flatMap((line) => line.words.map(itemOf)), lines: lines.map(itemOf) };
  };
}

async function gutenye(folder: string): Promise<Read> {
  const entry = path.join(folder, 'node_modules/@gutenye/ocr-node/build/index.js');
  const { default: Ocr } = await import(pathToFileURL(entry).href);
  const ocr = await Ocr.create();
  return async (file) => {
    const found: { text: string; box: [number, number][] }[] = await ocr.detect(file);
    const lines = found.map(({ text, box }): Item => {
      const [xs, ys] = [box.map(([x]) => x), box.map(([, y]) => y)];
      return { text, box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] };
    });
    return { words: lines, lines };
  };
}

const engines: Record<string, () => Promise<Read>> = {
  ours: () => ours(rest[0] ?? '', rest[1] ?? 'fp32', rest[2] ?? ''),
  tesseract,
  'tesseract-js': () => tesseractJs(rest[0] ?? ''),
  gutenye: () => gutenye(rest[0] ?? ''),
};
const read = await (engines[kind] ?? (() => Promise.reject(new Error(`No engine "${kind}".`))))();
process.on('message', (file: string) => {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  read(file).then(
    ({ words, lines, cpu, peakMb }) => {
      const spent = process.cpuUsage(before);
      const answer: Answer = {
        words,
        lines,
        wall: (performance.now() - startedAt) / 1000,
        cpu: cpu ?? (spent.user + spent.system) / 1e6,
        peakMb: peakMb ?? process.resourceUsage().maxRSS / 1024,
      };
      process.send?.(answer);
    },
    (error: unknown) => {
      process.stderr.write(`${kind}: ${String(error)}\n`);
      process.exit(1);
    },
  );
});
process.send?.('ready');
