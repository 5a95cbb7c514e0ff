import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generatedPages } from '#gpu/calibration/generated-pages.ts';
import { keyFileCharset } from '#gpu/ocr/charsets.ts';
import { decodeCtc } from '#gpu/ocr/ctc.ts';
import { decodeImage } from '#gpu/ocr/decode.ts';
import { type ModelFile, type ReaderFiles, readerFiles } from '#gpu/ocr/models.ts';
import { PageReader } from '#gpu/ocr/page-reader.ts';
import type { Variant } from '#gpu/quantize/build-variant.ts';
import { sameText } from '#gpu/quantize/calibrate/agreement.ts';
import { lineSamples, pageSamples } from '#gpu/quantize/calibrate/samples.ts';
import { ensureQuantized } from '#gpu/quantize/ensure-quantized.ts';
import { QUANTIZABLE, type QuantizableModel } from '#gpu/quantize/models.ts';
import { openModel, type Runner, type Sample } from '#gpu/quantize/onnx/run.ts';
import { editDistance } from '#shared/domain/edit-distance.ts';
import { sharedFiles } from '../support/shared-data.ts';
import { percentile, type Row, report } from './report.ts';

/*
 * Every variant of every model against the fp32 file: size, CPU time of a call (in turns, so that load on the machine falls on
 * all alike), how held-out generated lines are read; and, where labelled pages are at hand, word F1 and CER of whole readers.
 * `--models=<name>,…` compares those models alone.
 */
const HELD_SEED = 777;
const ROUNDS = 25;
const LINES: Sample = sampleOf([6, 3, 48, 320]);
const PAGE: Sample = sampleOf([1, 3, 736, 960]);
const cacheDir = mkdtempSync(path.join(tmpdir(), 'recto-bench-quantize-'));
const rows: Row[] = [];
const asked = process.argv
  .find((argument) => argument.startsWith('--models='))
  ?.slice('--models='.length)
  .split(',');

interface Candidate {
  name: string;
  model: string;
  keyFile: string | null;
}

function sampleOf(dims: number[]): Sample {
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i * 0.37));
  return { dims, data };
}

async function candidatesOf(model: QuantizableModel): Promise<Candidate[]> {
  const variants: Variant[] = [
    { precision: 'fp32', classes: 'all' },
    { precision: 'int8', classes: 'all' },
  ];
  if (model.kind === 'recognizer')
    variants.push({ precision: 'fp32', classes: 'latin' }, { precision: 'int8', classes: 'latin' });
  const made: Candidate[] = [{ name: 'as it comes', model: model.source, keyFile: model.keyFile ?? null }];
  for (const variant of variants) {
    const keys = model.keyFile === undefined ? {} : { keyFile: model.keyFile };
    const files = await ensureQuantized({ source: model.source, variant, ...keys, cacheDir });
    made.push({ name: `${variant.precision}, ${variant.classes}`, model: files.model, keyFile: files.keyFile });
  }
  return made;
}

/** Milliseconds of CPU, median. */
async function timed(runners: readonly Runner[], sample: Sample): Promise<number[]> {
  const times: number[][] = runners.map(() => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, runner] of runners.entries()) {
      const before = process.cpuUsage();
      await runner.run(sample);
      const spent = process.cpuUsage(before);
      times[at]?.push((spent.user + spent.system) / 1000);
    }
  return times.map((list) => percentile(list, 0.5));
}

async function linesRead(runner: Runner, keyFile: string) {
  const charset = keyFileCharset(readFileSync(keyFile, 'utf8'));
  let [same, edits, characters, count] = [0, 0, 0, 0];
  for (const line of held) {
    const [output] = (await runner.run(line)).values();
    if (output === undefined) continue;
    const text = decodeCtc(output.data, 0, output.dims[1] ?? 0, charset).map((glyph) => glyph.text);
    const read = text.join('').normalize('NFKC').trim();
    if (read === line.text) same++;
    edits += editDistance(read, line.text);
    characters += line.text.length;
    count++;
  }
  return { same: same / count, cer: edits / characters };
}

async function compare(model: QuantizableModel): Promise<void> {
  const candidates = await candidatesOf(model);
  const runners = await Promise.all(candidates.map(async (one) => openModel(readFileSync(one.model))));
  const times = await timed(runners, model.kind === 'detector' ? PAGE : LINES);
  const table: Record<string, Record<string, number>> = {};
  for (const [at, candidate] of candidates.entries()) {
    const runner = runners[at];
    if (runner === undefined) continue;
    const figures: Record<string, number> = {
      MB: Number((statSync(candidate.model).size / 1e6).toFixed(1)),
      ms: Number((times[at] ?? 0).toFixed(1)),
    };
    if (candidate.keyFile !== null) {
      const { same, cer } = await linesRead(runner, candidate.keyFile);
      figures['lines right'] = Number(same.toFixed(3));
      figures.CER = Number(cer.toFixed(4));
    } else {
      let sum = 0;
      for (const page of heldPages) {
        const [reference] = (await runners[0]?.run(page))?.values() ?? [];
        const [found] = (await runner.run(page)).values();
        if (reference !== undefined && found !== undefined) sum += sameText(reference, found) / heldPages.length;
      }
      figures['text pixels alike'] = Number(sum.toFixed(4));
    }
    table[candidate.name] = figures;
    if (at > 0)
      rows.push({ name: `${model.name} ${candidate.name}`, ours: times[at] ?? 0, peer: times[0] ?? 0, unit: 'ms' });
  }
  await Promise.all(runners.map((runner) => runner.release()));
  process.stdout.write(
    `\n${model.name}, ${model.kind === 'detector' ? '960 x 736 pixels' : '6 lines of 320 columns'}\n`,
  );
  console.table(table);
}

const pages = generatedPages(6, HELD_SEED);
/** Those that fill the widest input were squeezed into it, which is another thing to measure. */
const held = lineSamples(pages).filter((line, at) => at % 2 === 0 && (line.dims[3] ?? 0) < 960);
const heldPages = pageSamples(pages.slice(0, 3), 960);

/** Word F1, CER and CPU seconds a page of a reader over a labelled set. */
async function scored(files: ReaderFiles, set: 'sroie' | 'funsd') {
  const images = sharedFiles(path.join(set, set === 'sroie' ? 'img' : 'images'));
  const folder = path.dirname(path.dirname(images[0] ?? ''));
  const scorer = path.resolve(folder, '../../score/ocr.mjs');
  if (images.length === 0 || !existsSync(scorer)) return null;
  const reader = await PageReader.open(files);
  const out = mkdtempSync(path.join(tmpdir(), 'recto-bench-pages-'));
  for (const image of images) {
    const raster = await decodeImage(readFileSync(image), 1e9);
    const before = process.cpuUsage();
    const { words } = await reader.read(raster);
    const spent = process.cpuUsage(before);
    const items = words.map(({ text, box: [x0, y0, x1, y1] }) => ({ text, x0, y0, x1, y1 }));
    const name = `${path.basename(image, path.extname(image))}.json`;
    writeFileSync(path.join(out, name), JSON.stringify({ sec: (spent.user + spent.system) / 1e6, items }));
  }
  await reader.close();
  const result = spawnSync(process.execPath, [scorer, folder, out], { encoding: 'utf8' });
  rmSync(out, { recursive: true });
  const score: { word: { f1: number }; cer: number; secMedian: number } = JSON.parse(result.stdout);
  return score;
}

async function readers(): Promise<void> {
  const [detector, tiny, small] = await Promise.all(QUANTIZABLE.map(candidatesOf));
  const pick =
    (from: readonly Candidate[] | undefined, name: string) =>
    (model: ModelFile): ModelFile => {
      const found = from?.find((one) => one.name === name);
      return found === undefined ? model : { ...model, path: found.model, charsetPath: found.keyFile };
    };
  const whole = {
    tiny: readerFiles('ppocr-v6-tiny'),
    small: readerFiles('ppocr-v6-small'),
    both: readerFiles('ppocr-v6'),
  };
  const withRecognizer = (files: ReaderFiles, from: readonly Candidate[] | undefined, name: string): ReaderFiles => ({
    ...files,
    recognizer: pick(from, name)(files.recognizer),
  });
  const mixed = (classes: 'all' | 'latin'): ReaderFiles => ({
    ...whole.both,
    detector: pick(detector, 'fp32, all')(whole.both.detector),
    recognizer: pick(tiny, `fp32, ${classes}`)(whole.both.recognizer),
    second: whole.both.second === null ? null : pick(small, `int8, ${classes}`)(whole.both.second),
  });
  const tried: [string, ReaderFiles][] = [
    ['small as it comes', whole.small],
    ['small int8, all', withRecognizer(whole.small, small, 'int8, all')],
    ['small int8, latin', withRecognizer(whole.small, small, 'int8, latin')],
    ['tiny as it comes', whole.tiny],
    ['tiny fp32, latin', withRecognizer(whole.tiny, tiny, 'fp32, latin')],
    ['tiny int8, latin', withRecognizer(whole.tiny, tiny, 'int8, latin')],
    ['int8 detector, tiny', { ...whole.tiny, detector: pick(detector, 'int8, all')(whole.tiny.detector) }],
    ['cascade as it comes', whole.both],
    ['cascade: rewritten, int8 second, all', mixed('all')],
    ['cascade: rewritten, int8 second, latin', mixed('latin')],
  ];
  const table: Record<string, Record<string, number>> = {};
  for (const [name, files] of tried) {
    const figures: Record<string, number> = {};
    for (const set of ['sroie', 'funsd'] as const) {
      const score = await scored(files, set);
      if (score === null) continue;
      figures[`${set} F1`] = score.word.f1;
      figures[`${set} CER`] = score.cer;
      figures[`${set} s`] = Number(score.secMedian.toFixed(2));
      rows.push({ name: `${name}, ${set} word F1`, ours: score.word.f1, peer: null, unit: 'share' });
    }
    if (Object.keys(figures).length > 0) table[name] = figures;
  }
  if (Object.keys(table).length === 0) process.stdout.write('\nNo labelled pages at hand: readers are not scored.\n');
  else console.table(table);
}

try {
  for (const model of QUANTIZABLE) if (asked?.includes(model.name) ?? true) await compare(model);
  if (asked === undefined) await readers();
  report('quantize', rows);
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
