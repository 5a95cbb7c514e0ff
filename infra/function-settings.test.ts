import { expect, test } from 'vitest';
import { parseDeployment } from './deployment.ts';
import { functionSettings } from './function-settings.ts';
import { functionAt } from './workloads.ts';

test('pages are read with a GPU where there is one', () => {
  const api = functionAt('/');
  const settings = (env: string) =>
    functionSettings(api, parseDeployment({ env, project: 'my-project', domain: 'a.example.com', release: 'a' }), '1');
  expect(settings('dev').RECTO_OCR_URL).toBe('https://ocr-cpu-1.us-central1.run.app');
  expect(settings('prod').RECTO_OCR_URL).toBe('https://ocr-gpu-1.us-central1.run.app');
});

test('who may call is told to those who have to check it, and to nobody else', () => {
  const deployment = parseDeployment({ env: 'dev', project: 'my-project', release: 'a' });
  const settings = (path: string) => functionSettings(functionAt(path), deployment, '1');
  expect(settings('/')).not.toHaveProperty('RECTO_CALLER');
  expect(settings('/_push/steps/ocr')).toMatchObject({
    RECTO_CALLER: 'push-caller@my-project.iam.gserviceaccount.com',
    RECTO_AUDIENCE: 'https://step-ocr-1.us-central1.run.app',
  });
  expect(settings('/_scheduled/bootstrap').RECTO_FIRST_KEY_SECRET).toBe('projects/my-project/secrets/first-api-key');
  expect(settings('/_push/steps/ocr')).not.toHaveProperty('RECTO_FIRST_KEY_SECRET');
  expect(settings('/_scheduled/retention').RECTO_CALLER).toBe('scheduler-caller@my-project.iam.gserviceaccount.com');
});
