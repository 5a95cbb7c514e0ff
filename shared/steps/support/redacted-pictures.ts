import type { Artifact } from '../../domain/document.ts';
import { RectoError } from '../../domain/errors.ts';
import { isBarePng } from '../../domain/redaction/bare-png.ts';
import type { StepContext } from '../../engine/step.ts';
import type { RenderedPage } from '../../ports/converter.ts';
import { writeArtifact } from './artifacts.ts';
import type { Work } from './redaction-work.ts';

/** All artifacts of a step are named in one transaction. A longer document has its redacted PDF alone. */
const MOST_PICTURES = 400;

/**
 * The redacted pages of a document that came as a picture, as pictures again: `redacted.png`, or `redacted/1.png`, … where
 * there are several. They are the very pixels that the check of the redacted PDF looks at, as large as `pages/N.png`; nothing
 * of the file that came in is in them but those pixels.
 */
export class RedactedPictures {
  readonly #ctx: StepContext;
  readonly #work: Work;
  readonly #numbers: readonly number[];
  readonly artifacts: Artifact[] = [];

  private constructor(ctx: StepContext, work: Work, numbers: readonly number[]) {
    this.#ctx = ctx;
    this.#work = work;
    this.#numbers = numbers;
  }

  /** Null where none are wanted. `numbers`: of the pages of the redacted PDF, in their order. */
  static of(ctx: StepContext, work: Work, numbers: readonly number[]): RedactedPictures | null {
    return work.pictured && numbers.length <= MOST_PICTURES ? new RedactedPictures(ctx, work, numbers) : null;
  }

  /** The resolution at which every page was read, and no more: then boxes of the report are pixels of the picture. */
  get dpi(): number | null {
    const read = [...this.#work.pages.values()].map((page) => page.dpi);
    return read.length === 0 ? null : Math.min(...read);
  }

  /** Keeps a page as it was rendered. `redaction_unverified` when it is more than pixels. */
  async add({ number: at, png }: RenderedPage): Promise<void> {
    if (!isBarePng(png))
      throw new RectoError(
        'redaction_unverified',
        "The redacted picture holds more than its pixels; nothing redacted was kept. The original is untouched: report the document's id.",
        { details: { where: 'picture' } },
      );
    const number = this.#numbers[at - 1] ?? at;
    this.artifacts.push(
      await writeArtifact(this.#ctx, {
        documentId: this.#work.documentId,
        name: this.#work.ocr.account.total === 1 ? 'redacted.png' : `redacted/${number}.png`,
        mediaType: 'image/png',
        body: png,
        sensitive: false,
      }),
    );
  }

  /** They are not to be handed out: no record names them yet, and none will. */
  async discard(): Promise<void> {
    for (const { key } of this.artifacts.splice(0)) await this.#ctx.ports.objects.delete({ bucket: 'artifacts', key });
  }
}
