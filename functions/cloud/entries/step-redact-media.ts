import { redactMediaStep } from '#shared/steps/redact-media.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(redactMediaStep);
