import { describe, expect, test } from 'vitest';
import { parseFunctionSettings } from './settings.ts';

const deployed = {
  RECTO_PLATFORM: 'gcp',
  RECTO_ENVIRONMENT: 'prod',
  RECTO_GCP_PROJECT: 'acme-recto',
  RECTO_GCP_REGION: 'europe-west1',
  RECTO_BUCKET_INCOMING: 'acme-recto-incoming',
  RECTO_BUCKET_DOCUMENTS: 'acme-recto-documents',
  RECTO_BUCKET_ARTIFACTS: 'acme-recto-artifacts',
  RECTO_KMS_KEY: 'projects/acme-recto/locations/europe-west1/keyRings/recto/cryptoKeys/tenant-data',
  RECTO_CONVERTER_URL: 'https://converter-1.europe-west1.run.app',
  RECTO_OCR_URL: 'https://ocr-gpu-1.europe-west1.run.app',
  RECTO_PUBLIC_URL: 'https://recto.acme.com',
  RECTO_CALLER: 'push-caller@acme-recto.iam.gserviceaccount.com',
  RECTO_AUDIENCE: 'https://step-ocr-1.europe-west1.run.app',
  RECTO_FIRST_KEY_SECRET: 'projects/acme-recto/secrets/first-api-key',
};

describe('the settings of a function', () => {
  test('name who may call it, and the secret by its short name', () => {
    const { caller, firstKeySecret } = parseFunctionSettings(deployed, { open: false });
    expect(caller).toMatchObject({
      serviceAccount: deployed.RECTO_CALLER,
      audience: deployed.RECTO_AUDIENCE,
      keysUrl: 'https://www.googleapis.com/oauth2/v3/certs',
    });
    expect(firstKeySecret).toBe('first-api-key');
    expect(parseFunctionSettings(deployed, { open: true }).caller).toBeNull();
  });

  test.each([
    ['RECTO_CALLER', { RECTO_CALLER: undefined }],
    ['RECTO_AUDIENCE', { RECTO_AUDIENCE: undefined }],
    ['RECTO_PLATFORM', { RECTO_PLATFORM: 'embedded' }],
    ['RECTO_JWKS_URL', { RECTO_JWKS_URL: 'https://keys.acme.com' }],
    ['RECTO_EMULATED_PUSH', { RECTO_EMULATED_PUSH: '1' }],
    ['PUBSUB_EMULATOR_HOST', { PUBSUB_EMULATOR_HOST: '127.0.0.1:1' }],
    ['RECTO_AUDIENCE', { RECTO_AUDIENCE: 'http://127.0.0.1:8080' }],
    ['RECTO_GCP_PROJECT', { RECTO_GCP_PROJECT: 'my-test-project' }],
  ])('are refused when %s is missing or a test’s, by that name', (name, over) => {
    expect(() => parseFunctionSettings({ ...deployed, ...over }, { open: false })).toThrow(name);
  });

  test('name everything that is wrong at once', () => {
    const wrong = { ...deployed, RECTO_KMS_KEY: undefined, RECTO_CALLER: undefined, RECTO_EMULATED_PUSH: '1' };
    const failed = (): unknown => parseFunctionSettings(wrong, { open: false });
    for (const name of ['RECTO_KMS_KEY', 'RECTO_CALLER', 'RECTO_EMULATED_PUSH']) expect(failed).toThrow(name);
  });

  test('let everybody push only where the bus is an emulator and somebody says so', () => {
    const local = { ...deployed, RECTO_ENVIRONMENT: 'local', RECTO_CALLER: undefined, RECTO_AUDIENCE: undefined };
    expect(() => parseFunctionSettings(local, { open: false })).toThrow('RECTO_CALLER');
    expect(parseFunctionSettings({ ...local, RECTO_EMULATED_PUSH: '1' }, { open: false }).caller).toBeNull();
  });
});
