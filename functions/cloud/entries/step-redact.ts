import { redactStep } from '#shared/steps/redact.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(redactStep);
