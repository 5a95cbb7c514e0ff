import { convertStep } from '#shared/steps/convert.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(convertStep);
