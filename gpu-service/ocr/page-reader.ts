import type { Box, Word } from '../../shared/domain/page.ts';
import { isUpsideDown } from './classifier.ts';
import { sampleRect } from './crop.ts';
import { type Detector, detect } from './detector.ts';
import { type RotatedRect, spanBox } from './geometry.ts';
import { inkOf } from './ink.ts';
import { LINE_HEIGHT, type LineImage } from './line-image.ts';
import { charsetOf, type ModelFile, type ReaderFiles } from './models.ts';
import { type Planes, planesOf, turnPlanes } from './planes.ts';
import type { QuarterTurn, Raster } from './raster.ts';
import { type Reading, type Recognizer, recognize, shapesFor, warmUpShapes } from './recognizer.ts';
import { doubtsOf, mended } from './second-look.ts';
import { currentProvider, Session } from './session.ts';
import { warmUpPages } from './warm-up.ts';
import { splitWords } from './words.ts';

/** Mean confidence below which a line is taken for marks that are no text. */
const MIN_CONFIDENCE = 0.5;
/** Below this a line is tried the other way up as well, which has to read so much better. */
const DOUBTFUL = 0.65;
const CLEARLY_BETTER = 0.15;
/** A longer line is squeezed: bounds memory. */
const MAX_COLUMNS = 3200;
/** A word in which any character is less sure than this is read again by the second recognizer. */
const SURE = 0.85;

/** Above and below the letters, of their height. */
const AIR = 0.15;

export interface ReadResult {
  /** In pixels of the upright page. */
  words: Word[];
  /** As detected; each with the words it holds, a half-open range. */
  lines: { box: Box; words: [number, number] }[];
  /** Clockwise turn that brought the page upright. */
  turned: QuarterTurn;
  /** Wall time of each stage. */
  seconds: StageSeconds;
}

export interface StageSeconds {
  detect: number;
  classify: number;
  recognize: number;
  second: number;
}

interface Sheet {
  planes: Planes;
  rects: RotatedRect[];
  turned: QuarterTurn;
}

interface Line {
  sheet: Sheet;
  rect: RotatedRect;
  image: LineImage;
  reading: Reading;
}

/** The models of one reader, loaded once for one thread. */
export class PageReader {
  readonly version: string;
  readonly #detector: Detector;
  readonly #classifier: Session;
  readonly #recognizer: Recognizer;
  readonly #second: Recognizer | null;

  private constructor(
    version: string,
    parts: { detector: Detector; classifier: Session; recognizer: Recognizer; second: Recognizer | null },
  ) {
    this.version = version;
    this.#detector = parts.detector;
    this.#classifier = parts.classifier;
    this.#recognizer = parts.recognizer;
    this.#second = parts.second;
  }

  static async open(files: ReaderFiles): Promise<PageReader> {
    const { detection } = files.detector;
    if (detection === null) throw new TypeError(`The model "${files.detector.id}" is no detector.`);
    const opened: Session[] = [];
    const open = async ({ path }: ModelFile): Promise<Session> => {
      const session = await Session.open(path);
      opened.push(session);
      return session;
    };
    const recognizer = async (model: ModelFile): Promise<Recognizer> => ({
      charset: await charsetOf(model),
      shapes: shapesFor(currentProvider()),
      session: await open(model),
    });
    try {
      return new PageReader(files.version, {
        detector: { session: await open(files.detector), input: detection },
        classifier: await open(files.classifier),
        recognizer: await recognizer(files.recognizer),
        second: files.second === null ? null : await recognizer(files.second),
      });
    } catch (error) {
      for (const session of opened) await session.close();
      throw error;
    }
  }

  /** Runs every model, and every shape of lines that there is, so that the first caller does not wait for it. */
  async warmUp(): Promise<void> {
    for (const page of warmUpPages(currentProvider())) await this.read(page);
    for (const recognizer of this.#recognizers) await warmUpShapes(recognizer);
  }

  get #recognizers(): Recognizer[] {
    return [this.#recognizer, ...(this.#second === null ? [] : [this.#second])];
  }

  /** Gives the models' memory back; with no page under way. */
  async close(): Promise<void> {
    for (const { session } of [this.#detector, ...this.#recognizers]) await session.close();
    await this.#classifier.close();
  }

  /** `stop` throws when the caller has gone; asked between model calls. */
  async read(page: Raster, stop: () => void = () => {}): Promise<ReadResult> {
    const [result] = await this.readMany([page], stop);
    if (result === undefined) throw new Error('A page gave no result.');
    return result;
  }

  /** Reads pages together: their lines go through the models side by side. Results are in the order of `pages`. */
  async readMany(pages: readonly Raster[], stop: () => void = () => {}): Promise<ReadResult[]> {
    const clock = { detect: 0, classify: 0, recognize: 0, second: 0 };
    const sheets: Sheet[] = [];
    for (const page of pages) sheets.push(await this.#lay(planesOf(page), clock, stop));
    const startedAt = performance.now();
    const lines = sheets.flatMap((sheet) =>
      sheet.rects.map((rect) => cut(sheet, isTall(rect) ? alongTall(rect, 1) : rect)),
    );
    await read(this.#recognizer, lines, stop);
    await this.#tryOtherWays(sheets, lines, stop);
    const firstDone = performance.now();
    clock.recognize = (firstDone - startedAt) / 1000;
    if (this.#second !== null) await readAgain(this.#second, lines, stop);
    clock.second = (performance.now() - firstDone) / 1000;
    return sheets.map((sheet) => ({
      ...written(lines.filter((line) => line.sheet === sheet)),
      turned: sheet.turned,
      seconds: clock,
    }));
  }

  /** Finds the lines of a page and which way up it is. */
  async #lay(upright: Planes, clock: StageSeconds, stop: () => void): Promise<Sheet> {
    const find = async (planes: Planes): Promise<RotatedRect[]> => {
      const startedAt = performance.now();
      const regions = await detect(this.#detector, planes);
      clock.detect += (performance.now() - startedAt) / 1000;
      stop();
      return regions.map((region) => region.rect);
    };
    let planes = upright;
    let turned: QuarterTurn = 0;
    let rects = await find(planes);
    if (runsDown(rects)) {
      planes = turnPlanes(planes, 90);
      turned = 90;
      rects = await find(planes);
    }
    if (rects.length === 0) return { planes, rects, turned: 0 };
    const startedAt = performance.now();
    const upsideDown = await isUpsideDown(this.#classifier, planes, rects);
    clock.classify += (performance.now() - startedAt) / 1000;
    if (upsideDown) {
      planes = turnPlanes(planes, 180);
      turned = turned === 90 ? 270 : 180;
      const { width, height } = planes;
      rects = rects.map((rect) => ({ ...rect, cx: width - rect.cx, cy: height - rect.cy }));
    }
    return { planes, rects, turned };
  }

  /** A doubtful line may stand on its head, a tall one may run up, or be a single upright letter: the best reading wins. */
  async #tryOtherWays(sheets: readonly Sheet[], lines: Line[], stop: () => void): Promise<void> {
    const tries: { index: number; line: Line; margin: number }[] = [];
    sheets
      .flatMap((sheet) => sheet.rects.map((rect) => ({ sheet, rect })))
      .forEach(({ sheet, rect }, index) => {
        if (isTall(rect))
          for (const other of [alongTall(rect, -1), rect]) tries.push({ index, line: cut(sheet, other), margin: 0 });
        else if ((lines[index]?.reading.confidence ?? 0) < DOUBTFUL && rect.width > 2 * rect.height)
          tries.push({
            index,
            line: cut(sheet, { ...rect, angle: rect.angle + Math.PI }),
            margin: CLEARLY_BETTER,
          });
      });
    await read(
      this.#recognizer,
      tries.map(({ line }) => line),
      stop,
    );
    for (const { index, line, margin } of tries)
      if (line.reading.confidence > (lines[index]?.reading.confidence ?? 0) + margin) lines[index] = line;
  }
}

async function read(recognizer: Recognizer, lines: readonly Line[], stop: () => void): Promise<void> {
  const readings = await recognize(
    recognizer,
    lines.map((line) => line.image),
    stop,
  );
  lines.forEach((line, index) => {
    line.reading = readings[index] ?? line.reading;
  });
}

/** What the first recognizer was not sure of, word by word. */
async function readAgain(second: Recognizer, lines: readonly Line[], stop: () => void): Promise<void> {
  const doubts = lines.map(({ image, reading }) => doubtsOf(image, inkOf(image).columns, reading, SURE));
  const segments = doubts.flatMap((doubt) => doubt.segments);
  const readings = await recognize(
    second,
    segments.map(({ image }) => image),
    stop,
  );
  let at = 0;
  for (const [index, line] of lines.entries()) {
    const doubt = doubts[index];
    if (doubt === undefined || doubt.segments.length === 0) continue;
    line.reading = mended(doubt, readings.slice(at, at + doubt.segments.length));
    at += doubt.segments.length;
  }
}

function written(lines: readonly Line[]): Pick<ReadResult, 'words' | 'lines'> {
  const words: Word[] = [];
  const found: ReadResult['lines'] = [];
  for (const { sheet, rect, image, reading } of lines) {
    if (reading.confidence < MIN_CONFIDENCE) continue;
    const from = words.length;
    const ink = inkOf(image);
    const letters = withRows(rect, ink.rows);
    const spans = splitWords(ink.columns, reading.glyphs);
    const boxOf = (start: number, end: number): Box =>
      clip(spanBox(letters, start / image.width, end / image.width), sheet.planes);
    for (const span of spans)
      words.push({ text: span.text, confidence: Math.min(1, span.confidence), box: boxOf(span.from, span.to) });
    if (spans.length > 0)
      found.push({ box: boxOf(spans[0]?.from ?? 0, spans.at(-1)?.to ?? image.width), words: [from, words.length] });
  }
  return { words, lines: found };
}

function cut(sheet: Sheet, rect: RotatedRect): Line {
  const width = Math.max(8, Math.min(MAX_COLUMNS, Math.round((rect.width / rect.height) * LINE_HEIGHT)));
  return {
    sheet,
    rect,
    image: { width, channels: sampleRect(sheet.planes, rect, width, LINE_HEIGHT) },
    reading: { glyphs: [], confidence: 0 },
  };
}

/** The rectangle brought down to the rows of its letters and some air, as people draw boxes around words. */
function withRows(rect: RotatedRect, [top, bottom]: readonly [number, number]): RotatedRect {
  const air = AIR * (bottom - top);
  const from = Math.max(0, top - air) / LINE_HEIGHT;
  const to = Math.min(LINE_HEIGHT, bottom + air) / LINE_HEIGHT;
  const down = ((from + to) / 2 - 0.5) * rect.height;
  return {
    ...rect,
    height: (to - from) * rect.height,
    cx: rect.cx - Math.sin(rect.angle) * down,
    cy: rect.cy + Math.cos(rect.angle) * down,
  };
}

const isTall = (rect: RotatedRect): boolean => rect.height >= 1.5 * rect.width;

/** A tall rectangle as a line that runs down (1) or up (-1). */
const alongTall = (rect: RotatedRect, way: 1 | -1): RotatedRect => ({
  ...rect,
  width: rect.height,
  height: rect.width,
  angle: rect.angle + (way * Math.PI) / 2,
});

/** Whether the text of the page, by length, mostly runs up or down. */
function runsDown(rects: readonly RotatedRect[]): boolean {
  let down = 0;
  let across = 0;
  for (const rect of rects) {
    if (rect.height >= 2 * rect.width) down += rect.height;
    else if (rect.width >= 2 * rect.height) across += rect.width;
  }
  return down > 1.5 * across;
}

function clip(box: Box, page: { width: number; height: number }): Box {
  const x = (value: number): number => Math.round(Math.min(page.width, Math.max(0, value)) * 10) / 10;
  const y = (value: number): number => Math.round(Math.min(page.height, Math.max(0, value)) * 10) / 10;
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}
