import { webhookStep } from '#shared/steps/webhook.ts';
import { serveStep } from '../serve-step.ts';

await serveStep(webhookStep);
