import { reuseStep } from '#shared/steps/reuse.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(reuseStep);
