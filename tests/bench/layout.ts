/**
 * Layout measured on drawn pages whose truth is known: their exact words with what their pixels show, and the words that OCR
 * reads off them. `--pages N` (default 120), `--from N` the first of them (default 0), `--read N` pages through OCR
 * (default 0), `--against FOLDER` another checkout whose layout reads the same words, `--verbose` each page that is not right.
 */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { findMarks } from '#gpu/ocr/page-marks.ts';
import type { Raster } from '#gpu/ocr/raster.ts';
import { layoutPage } from '#shared/domain/layout/layout-page.ts';
import type { Page, Table, Word } from '#shared/domain/page.ts';
import { layoutPageOf } from '../support/layout-pages.ts';
import type { TruePage } from '../support/layout-writer.ts';
import { sharedFiles } from '../support/shared-data.ts';
import { officePages, WORD_TYPE, wordTables } from './layout-office.ts';
import { readDrawn } from './layout-read.ts';
import {
  addHits,
  checkboxHits,
  f1,
  figureOverlap,
  noHits,
  orderScores,
  samePageNumber,
  tableHits,
} from './layout-scores.ts';
import { percentile, type Row, report } from './report.ts';

const { values } = parseArgs({
  options: {
    pages: { type: 'string', default: '120' },
    from: { type: 'string', default: '0' },
    read: { type: 'string', default: '0' },
    against: { type: 'string' },
    verbose: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

type Layout = typeof layoutPage;
const other: Layout | null =
  values.against === undefined
    ? null
    : (await import(pathToFileURL(path.resolve(values.against, 'shared/domain/layout/layout-page.ts')).href))
        .layoutPage;

/** Sums over pages of what one layout gave. */
class Tally {
  readonly ruled = noHits();
  readonly open = noHits();
  readonly exact = noHits();
  readonly checkboxes = noHits();
  readonly states = noHits();
  readonly pairs: number[] = [];
  readonly next: number[] = [];
  readonly columns: number[] = [];
  readonly figures: number[] = [];
  readonly wrongFigures: number[] = [];
  readonly numbers: number[] = [];

  add(page: Page, truth: TruePage): void {
    const { relations, exact } = tableHits(page.tables, truth.tables);
    addHits(truth.tables.some((table) => !table.ruled) ? this.open : this.ruled, relations);
    addHits(this.exact, exact);
    addHits(this.checkboxes, checkboxHits(page.checkboxes, truth.checkboxes));
    const order = orderScores(page, truth.words);
    this.pairs.push(order.pairs);
    this.next.push(order.next);
    if (truth.name.startsWith('columns')) this.columns.push(order.next);
    const figures = page.blocks.filter((block) => block.kind === 'figure').map((block) => block.box);
    this.figures.push(...figureOverlap(figures, truth.figures));
    this.wrongFigures.push(Math.max(0, figures.length - truth.figures.length));
    this.numbers.push(samePageNumber(page.pageNumber ?? null, truth.pageNumber) ? 1 : 0);
    if (!values.verbose) return;
    const parts = {
      pairs: order.pairs,
      figs: Math.min(1, ...figureOverlap(figures, truth.figures)),
      tables: f1(relations),
      exact: f1(exact),
      next: order.next,
      boxes: f1(checkboxHits(page.checkboxes, truth.checkboxes)),
    };
    const number = samePageNumber(page.pageNumber ?? null, truth.pageNumber)
      ? ''
      : ` number ${page.pageNumber?.text} for ${truth.pageNumber?.text}`;
    const text = Object.entries(parts)
      .filter(([, value]) => value < 0.995)
      .map(([name, value]) => `${name} ${value.toFixed(3)}`);
    if (text.length > 0 || number !== '') console.log(`${truth.name}: ${text.join(', ')}${number}`);
  }

  rows(kind: string, before: Tally | null): Row[] {
    const row = (name: string, of: (tally: Tally) => number, unit = 'share'): Row => ({
      name: `${kind}: ${name}`,
      ours: of(this),
      peer: before === null ? null : of(before),
      unit,
    });
    return [
      row('ruled tables, cell relations F1', (tally) => f1(tally.ruled)),
      row('pages with open tables, cell relations F1', (tally) => f1(tally.open)),
      row('tables without any fault', (tally) => tally.exact.right / Math.max(1, tally.exact.known)),
      row('reading order, pairs of words', (tally) => mean(tally.pairs)),
      row('reading order, next word', (tally) => mean(tally.next)),
      row('reading order in columns, next word', (tally) => mean(tally.columns)),
      row('check boxes with their state F1', (tally) => f1(tally.checkboxes)),
      row('figures, mean overlap (IoU)', (tally) => mean(tally.figures)),
      row('figures that are none, a page', (tally) => mean(tally.wrongFigures), 'count'),
      row('page numbers', (tally) => mean(tally.numbers)),
    ];
  }
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

const rasterOf = ({ canvas, width, height }: TruePage): Raster => ({
  width,
  height,
  data: canvas.getContext('2d').getImageData(0, 0, width, height).data,
});

const layoutTimes: number[] = [];
const markTimes: number[] = [];

function measure(
  truth: TruePage,
  words: readonly Word[],
  source: Page['source'],
  ours: Tally,
  before: Tally | null,
): void {
  const raster = rasterOf(truth);
  const { width, height } = truth;
  const timed = <T>(times: number[], work: () => T): T => {
    const start = process.threadCpuUsage();
    const result = work();
    const { user, system } = process.threadCpuUsage(start);
    times.push((user + system) / 1000);
    return result;
  };
  const marks = timed(markTimes, () => findMarks(raster, words));
  const loose = { number: 1, width, height, dpi: 200, source, words };
  ours.add(
    timed(layoutTimes, () => layoutPage({ ...loose, ...marks })),
    truth,
  );
  if (before !== null && other !== null) {
    const page = other(loose);
    const verbose = values.verbose;
    values.verbose = false;
    before.add({ ...page, checkboxes: page.checkboxes ?? [], pageNumber: page.pageNumber ?? null }, truth);
    values.verbose = verbose;
  }
}

/** A Word file with tables of all kinds of spans, where the data set is at hand: pages as rendered against its XML. */
async function wordFile(): Promise<Row[]> {
  const file = sharedFiles('office').find((name) => name.endsWith('word_tables.docx'));
  if (file === undefined) return [];
  const found: { ours: Table[]; before: Table[] } = { ours: [], before: [] };
  for await (const { raster, words } of officePages(file, WORD_TYPE)) {
    const { width, height } = raster;
    const loose = { number: 1, width, height, dpi: 200, source: 'textLayer', words } as const;
    found.ours.push(...layoutPage({ ...loose, ...findMarks(raster, words) }).tables);
    if (other !== null) found.before.push(...other(loose).tables);
  }
  const truth = await wordTables(file);
  const score = (tables: readonly Table[]): number => f1(tableHits(tables, truth).relations);
  const peer = other === null ? null : score(found.before);
  return [{ name: 'tables of a Word file, cell relations F1', ours: score(found.ours), peer, unit: 'share' }];
}

const rows: Row[] = [];
const exact = { ours: new Tally(), before: other === null ? null : new Tally() };
const from = Number(values.from);
for (let seed = from; seed < from + Number(values.pages); seed++) {
  const truth = layoutPageOf(seed);
  measure(truth, truth.words, 'textLayer', exact.ours, exact.before);
}
rows.push(...exact.ours.rows('exact words', exact.before));
if (Number(values.read) > 0) {
  const read = { ours: new Tally(), before: other === null ? null : new Tally() };
  for await (const { truth, words } of readDrawn(Number(values.read)))
    measure(truth, words, 'ocr', read.ours, read.before);
  rows.push(...read.ours.rows('read by OCR', read.before));
}
rows.push(...(await wordFile()));
rows.push(
  {
    name: 'marks of a 4-megapixel page, CPU p50',
    ours: percentile(markTimes, 0.5),
    peer: null,
    unit: 'ms',
    goal: '<= 25',
  },
  { name: 'layout of a page, CPU p50', ours: percentile(layoutTimes, 0.5), peer: null, unit: 'ms' },
);
report('layout', rows);
