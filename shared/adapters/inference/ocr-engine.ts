import type { Inference } from '../../ports/inference.ts';

export interface OcrEngine {
  /** As requests and results name it. */
  id: string;
  /** Without it the platform is not in order. */
  required: boolean;
  inference: Inference;
}
