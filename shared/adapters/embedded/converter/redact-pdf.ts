import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { toRectoError } from '../../../domain/errors.ts';
import type { Converter, Limits, RedactedPage, RedactedPdf } from '../../../ports/converter.ts';
import type { DocOps } from './doc-protocol.ts';
import { ImagePdfWriter } from './pdf-writer/image-pdf-writer.ts';
import { asStorageError, stage, unstage } from './staging.ts';
import { callDir, removeTree } from './temp-dir.ts';
import type { Workers } from './workers.ts';

/** Pages drawn anew in one call: they share their fonts and pictures, and a worker holds them in memory. */
const DRAWN_AT_ONCE = 32;

type Part = DocOps['joinPdfs']['params']['parts'][number];

/** The pages as drawings where that can be shown to be clean, else as pictures, in the order in which they come. */
export async function redactPdf(workers: Workers, params: Parameters<Converter['redactPdf']>[0]): Promise<RedactedPdf> {
  const dir = await callDir(workers.dir);
  try {
    await stage(params.pdf, path.join(dir, 'in.pdf'), params.signal);
    const redaction = new Redaction(workers, dir, params);
    const { file, pictures } = await redaction.run(params.pages);
    return { pdf: unstage(file, () => removeTree(dir)), pictures };
  } catch (error) {
    await removeTree(dir);
    throw asStorageError(error);
  }
}

class Redaction {
  readonly #workers: Workers;
  readonly #dir: string;
  readonly #limits: Limits;
  readonly #signal: AbortSignal | undefined;
  readonly #forbidden: readonly string[];
  readonly #parts: Part[] = [];
  readonly #pictures: { number: number; reason: string }[] = [];
  #burnt = 0;

  constructor(workers: Workers, dir: string, params: Parameters<Converter['redactPdf']>[0]) {
    this.#workers = workers;
    this.#dir = dir;
    this.#limits = params.limits;
    this.#signal = params.signal;
    this.#forbidden = params.forbidden;
  }

  async run(pages: AsyncIterable<RedactedPage>): Promise<Pick<RedactedPdf, 'pictures'> & { file: string }> {
    const picturesFile = this.#file('pictures.pdf');
    const writer = await ImagePdfWriter.create(picturesFile, this.#limits.maxOutputBytes);
    try {
      let group: RedactedPage[] = [];
      for await (const page of pages) {
        // A group is all of one kind, so that what is alike goes together and the order stays.
        if (group.length === DRAWN_AT_ONCE || (group[0] !== undefined && group[0].as !== page.as)) {
          await this.#add(group, writer, picturesFile);
          group = [];
        }
        group.push(page);
      }
      await this.#add(group, writer, picturesFile);
      await writer.finish();
    } finally {
      await writer.close();
    }
    return { file: await this.#join(picturesFile), pictures: this.#pictures };
  }

  async #add(group: readonly RedactedPage[], writer: ImagePdfWriter, picturesFile: string): Promise<void> {
    const drawn = group[0]?.as === 'drawing' ? await this.#redraw(group) : null;
    let kept = 0;
    for (const page of group) {
      if (drawn?.good.has(page.number) === true) this.#append({ file: drawn.file, from: kept++, count: 1 });
      else {
        await this.#burn(page, writer);
        this.#append({ file: picturesFile, from: this.#burnt++, count: 1 });
      }
    }
  }

  /** A group that cannot be drawn anew at all, whatever the reason, becomes pictures: that never shows more. */
  async #redraw(group: readonly RedactedPage[]): Promise<{ file: string; good: Set<number> }> {
    const file = this.#file(`drawn-${group[0]?.number}.pdf`);
    const good = new Set(group.map((page) => page.number));
    const decline = (number: number, reason: string): void => {
      good.delete(number);
      this.#pictures.push({ number, reason });
    };
    try {
      const { pictures } = await this.#workers.doc(
        'redrawPages',
        {
          file: this.#file('in.pdf'),
          pages: group.map(({ number, dpi, boxes, words }) => ({
            page: number,
            dpi,
            boxes: [...boxes],
            words: [...words],
          })),
          forbidden: [...this.#forbidden],
          maxPixels: this.#limits.maxPixels,
          out: file,
        },
        { timeoutMs: this.#limits.timeoutMs, signal: this.#signal },
      );
      for (const { page, reason } of pictures) decline(page, reason);
    } catch (error) {
      this.#signal?.throwIfAborted();
      const { code } = toRectoError(asStorageError(error));
      if (code === 'storage_full' || code === 'overloaded') throw error;
      for (const { number } of group) decline(number, `it cannot be drawn anew (${code})`);
    }
    return { file, good };
  }

  async #burn(page: RedactedPage, writer: ImagePdfWriter): Promise<void> {
    const out = this.#file(`page-${page.number}`);
    const image = await this.#workers.doc(
      'burnPage',
      {
        file: this.#file('in.pdf'),
        page: page.number,
        dpi: page.dpi,
        maxPixels: this.#limits.maxPixels,
        boxes: [...page.boxes],
        out,
      },
      { timeoutMs: this.#limits.timeoutMs, signal: this.#signal },
    );
    await writer.addPage(image, page.words, page.dpi);
    await unlink(out);
  }

  #append(part: Part): void {
    const last = this.#parts.at(-1);
    if (last !== undefined && last.file === part.file && last.from + last.count === part.from) last.count += part.count;
    else this.#parts.push(part);
  }

  /** One file that has all pages needs no joining. */
  async #join(picturesFile: string): Promise<string> {
    const [only] = this.#parts;
    if (this.#parts.length <= 1 && (only === undefined || only.file === picturesFile)) return picturesFile;
    const out = this.#file('out.pdf');
    await this.#workers.doc(
      'joinPdfs',
      { parts: this.#parts, out },
      { timeoutMs: this.#limits.timeoutMs, signal: this.#signal },
    );
    return out;
  }

  #file(name: string): string {
    return path.join(this.#dir, name);
  }
}
