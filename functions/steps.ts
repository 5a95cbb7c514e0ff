import type { Step } from '#shared/engine/step.ts';
import { convertStep } from '#shared/steps/convert.ts';
import { extractStep } from '#shared/steps/extract.ts';
import { indexStep } from '#shared/steps/index-text.ts';
import { ocrStep } from '#shared/steps/ocr.ts';
import { redactStep } from '#shared/steps/redact.ts';
import { redactMediaStep } from '#shared/steps/redact-media.ts';
import { reuseStep } from '#shared/steps/reuse.ts';
import { webhookStep } from '#shared/steps/webhook.ts';

/** Every step kind that workflows may name. */
export const allSteps: readonly Step[] = [
  convertStep,
  ocrStep,
  extractStep,
  redactStep,
  redactMediaStep,
  indexStep,
  webhookStep,
  reuseStep,
];
