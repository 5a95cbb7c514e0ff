import type { Word } from '../../shared/domain/page.ts';
import { isUpsideDown } from './classifier.ts';
import { sampleRect } from './crop.ts';
import { detect } from './detector.ts';
import { type RotatedRect, spanBox } from './geometry.ts';
import { charsetOf, type ReaderFiles } from './models.ts';
import { type QuarterTurn, type Raster, turn } from './raster.ts';
import { LINE_HEIGHT, type LineImage, type Reading, type Recognizer, recognize } from './recognizer.ts';
import { Session } from './session.ts';
import { splitWords } from './words.ts';

/** Mean confidence below which a line is taken for marks that are no text. */
const MIN_CONFIDENCE = 0.5;
/** Below this a line is tried the other way up as well, which has to read so much better. */
const DOUBTFUL = 0.65;
const CLEARLY_BETTER = 0.15;
/** A longer line is squeezed: bounds memory. */
const MAX_COLUMNS = 3200;

export interface ReadResult {
  /** In pixels of the upright page. */
  words: Word[];
  /** Clockwise turn that brought the page upright. */
  turned: QuarterTurn;
}

/** The models of one language, loaded once for one thread. */
export class PageReader {
  readonly version: string;
  readonly #detector: Session;
  readonly #classifier: Session;
  readonly #recognizer: Recognizer;

  private constructor(version: string, detector: Session, classifier: Session, recognizer: Recognizer) {
    this.version = version;
    this.#detector = detector;
    this.#classifier = classifier;
    this.#recognizer = recognizer;
  }

  static async open(files: ReaderFiles): Promise<PageReader> {
    const { detector, classifier, recognizer } = files;
    return new PageReader(files.version, await Session.open(detector.path), await Session.open(classifier.path), {
      session: await Session.open(recognizer.path),
      charset: await charsetOf(recognizer),
    });
  }

  /** Gives the models' memory back; with no page under way. */
  async close(): Promise<void> {
    for (const session of [this.#detector, this.#classifier, this.#recognizer.session]) await session.close();
  }

  /** `stop` throws when the caller has gone; asked between model calls. */
  async read(page: Raster, stop: () => void = () => {}): Promise<ReadResult> {
    let raster = page;
    let turned: QuarterTurn = 0;
    let rects = (await detect(this.#detector, raster)).map((region) => region.rect);
    stop();
    if (runsDown(rects)) {
      raster = turn(page, 90);
      turned = 90;
      rects = (await detect(this.#detector, raster)).map((region) => region.rect);
      stop();
    }
    if (rects.length === 0) return { words: [], turned: 0 };
    if (await isUpsideDown(this.#classifier, raster, rects)) {
      raster = turn(raster, 180);
      turned = turned === 90 ? 270 : 180;
      const { width, height } = raster;
      rects = rects.map((rect) => ({ ...rect, cx: width - rect.cx, cy: height - rect.cy }));
    }
    return { words: await this.#readLines(raster, rects, stop), turned };
  }

  async #readLines(raster: Raster, rects: readonly RotatedRect[], stop: () => void): Promise<Word[]> {
    const lines = rects.map((rect) => cut(raster, isTall(rect) ? alongTall(rect, 1) : rect));
    const readings = await recognize(
      this.#recognizer,
      lines.map((line) => line.image),
      stop,
    );
    await this.#tryOtherWays(raster, rects, lines, readings, stop);
    return lines.flatMap((line, index) => {
      const reading = readings[index];
      if (reading === undefined || reading.confidence < MIN_CONFIDENCE) return [];
      return splitWords(line.image, reading.glyphs).map((span) => ({
        text: span.text,
        confidence: Math.min(1, span.confidence),
        box: clip(spanBox(line.rect, span.from / line.image.width, span.to / line.image.width), raster),
      }));
    });
  }

  /** A doubtful line may stand on its head, a tall one may run up, or be a single upright letter: the best reading wins. */
  async #tryOtherWays(
    raster: Raster,
    rects: readonly RotatedRect[],
    lines: Cut[],
    readings: Reading[],
    stop: () => void,
  ): Promise<void> {
    const tries: { index: number; line: Cut }[] = [];
    rects.forEach((rect, index) => {
      if (isTall(rect))
        tries.push({ index, line: cut(raster, alongTall(rect, -1)) }, { index, line: cut(raster, rect) });
      else if ((readings[index]?.confidence ?? 0) < DOUBTFUL && rect.width > 2 * rect.height)
        tries.push({ index, line: cut(raster, { ...rect, angle: rect.angle + Math.PI }) });
    });
    if (tries.length === 0) return;
    const found = await recognize(
      this.#recognizer,
      tries.map((one) => one.line.image),
      stop,
    );
    tries.forEach(({ index, line }, at) => {
      const reading = found[at];
      const margin = isTall(rects[index] ?? line.rect) ? 0 : CLEARLY_BETTER;
      if (reading === undefined || reading.confidence <= (readings[index]?.confidence ?? 0) + margin) return;
      readings[index] = reading;
      lines[index] = line;
    });
  }
}

interface Cut {
  rect: RotatedRect;
  image: LineImage;
}

function cut(raster: Raster, rect: RotatedRect): Cut {
  const width = Math.max(8, Math.min(MAX_COLUMNS, Math.round((rect.width / rect.height) * LINE_HEIGHT)));
  return { rect, image: { width, planes: sampleRect(raster, rect, width, LINE_HEIGHT) } };
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

function clip(box: [number, number, number, number], raster: Raster): Word['box'] {
  const x = (value: number): number => Math.round(Math.min(raster.width, Math.max(0, value)) * 10) / 10;
  const y = (value: number): number => Math.round(Math.min(raster.height, Math.max(0, value)) * 10) / 10;
  return [x(box[0]), y(box[1]), x(box[2]), y(box[3])];
}
