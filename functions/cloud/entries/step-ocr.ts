import { ocrStep } from '#shared/steps/ocr.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(ocrStep);
