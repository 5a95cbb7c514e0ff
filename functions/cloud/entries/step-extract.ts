import { extractStep } from '#shared/steps/extract.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(extractStep);
