import { z } from 'zod';
import { RectoError } from '../../domain/errors.ts';
import { parseVisionOutput } from '../../domain/vision/parse-vision-output.ts';
import type { Inference, OcrPageInput, OcrUsage } from '../../ports/inference.ts';
import { inBounds } from './in-bounds.ts';
import type { VisionPreset } from './nanonets.ts';
import { mediaTypeOf, sizeOfPageImage } from './page-image.ts';
import { probe } from './probe.ts';
import type { TokenSource } from './token-source.ts';
import { postJson } from './upstream.ts';

export interface OpenAiChatOptions {
  engine: string;
  /** Of the server, with or without `/v1`. */
  url: string;
  preset: VisionPreset;
  token: TokenSource;
  /** US dollars for a million tokens; null: unknown. */
  price: { input: number; output: number } | null;
  /** Of one page. Default 300 s: 15,000 tokens at 50 a second. */
  timeoutMs?: number;
  /** Pages of one call that are asked for at once. Default 4: the server batches them. */
  atOnce?: number;
  maxImageBytes?: number;
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const MAX_IMAGE_BYTES = 20 * 1024 * 1024;

/** https://platform.openai.com/docs/api-reference/chat/object, as vLLM serves it. */
const answerSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullable() }),
        finish_reason: z.string().nullable().optional(),
      }),
    )
    .min(1),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number().optional() }).nullable().optional(),
});

/**
 * A vision-language model behind an OpenAI-compatible chat endpoint, one page a request. Errors besides those of `postJson`:
 * `worker_crashed` for an answer that is noise, of this page.
 */
export function createOpenAiChat(options: OpenAiChatOptions): Inference {
  const { engine, preset, price } = options;
  const base = options.url.replace(/\/+$/, '').replace(/\/v1$/, '');
  const upstream = {
    engine,
    token: options.token,
    timeoutMs: options.timeoutMs ?? 300_000,
    maxAnswerBytes: MAX_ANSWER_BYTES,
  };

  async function read(page: OcrPageInput, model: string, signal?: AbortSignal) {
    const size = sizeOfPageImage(page, options.maxImageBytes ?? MAX_IMAGE_BYTES);
    const url = `data:${mediaTypeOf(page.image)};base64,${Buffer.from(page.image).toString('base64')}`;
    const body = {
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url } },
            { type: 'text', text: preset.prompt },
          ],
        },
      ],
      temperature: 0,
      max_tokens: preset.maxTokens,
      // Not of the OpenAI API, which refuses what it does not know.
      ...(preset.repetitionPenalty === 1 ? {} : { repetition_penalty: preset.repetitionPenalty }),
    };
    const answer = answerSchema.safeParse(await postJson(`${base}/v1/chat/completions`, body, upstream, signal));
    const [choice] = answer.success ? answer.data.choices : [];
    if (!answer.success || choice === undefined)
      throw new RectoError('dependency_unavailable', `The OCR engine ${engine} gave an answer of another shape.`, {
        cause: answer.error,
      });
    const { finish_reason: reason, message } = choice;
    if (reason === 'abort')
      throw new RectoError('dependency_unavailable', `The OCR engine ${engine} gave up on a page.`);
    const truncated = reason === 'length' || reason === 'content_filter';
    const parsed = parseVisionOutput(
      { text: message.content ?? '', truncated },
      { number: page.number, dpi: page.dpi, ...size },
    );
    if (parsed.incomplete?.includes('garbage') === true)
      throw new RectoError(
        'worker_crashed',
        `The OCR engine ${engine} answered page ${page.number} with noise; if it does so on every page, its server needs another version.`,
      );
    const { usage } = answer.data;
    return {
      page: parsed,
      model: answer.data.model ?? model,
      input: usage?.prompt_tokens ?? 0,
      output: usage?.completion_tokens ?? 0,
    };
  }

  return {
    ocr: async ({ pages, model, signal }) => {
      const asked = model ?? preset.model;
      const answers = await inBounds(pages, options.atOnce ?? 4, (page, stop) => read(page, asked, stop), signal);
      const sum = (pick: (answer: (typeof answers)[number]) => number): number =>
        answers.reduce((all, answer) => all + pick(answer), 0);
      const tokens = { inputTokens: sum((one) => one.input), outputTokens: sum((one) => one.output) };
      const usage: OcrUsage = {
        ...tokens,
        costUsd:
          price === null ? null : (tokens.inputTokens * price.input + tokens.outputTokens * price.output) / 1_000_000,
      };
      const models = [...new Set(answers.map((answer) => answer.model))].join(', ') || asked;
      return { pages: answers.map((answer) => answer.page), engine, model: models, usage };
    },
    // vLLM's own; other servers answer it with 404, which says as well that they are there.
    ready: (signal) => probe(`${base}/health`, options.token, engine, signal),
  };
}
