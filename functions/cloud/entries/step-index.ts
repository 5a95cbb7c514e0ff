import { indexStep } from '#shared/steps/index-text.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(indexStep);
