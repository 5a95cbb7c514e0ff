import { describe, expect, test } from 'vitest';
import { parseGcpConfig } from './config-gcp.ts';

const GOOD = {
  RECTO_ENVIRONMENT: 'prod',
  RECTO_GCP_PROJECT: 'acme-recto-prod',
  RECTO_GCP_REGION: 'europe-west1',
  RECTO_FIRESTORE_DATABASE: 'recto',
  RECTO_BUCKET_INCOMING: 'acme-recto-prod-incoming',
  RECTO_BUCKET_DOCUMENTS: 'acme-recto-prod-documents',
  RECTO_BUCKET_ARTIFACTS: 'acme-recto-prod-artifacts',
  RECTO_KMS_KEY: 'projects/acme-recto-prod/locations/europe-west1/keyRings/recto/cryptoKeys/tenant-data',
  RECTO_CONVERTER_URL: 'https://converter-1234.europe-west1.run.app',
  RECTO_OCR_URL: 'https://ocr-gpu-1234.europe-west1.run.app',
  RECTO_PUBLIC_URL: 'https://recto.acme.com',
  RECTO_CALLER: 'push-caller@acme-recto-prod.iam.gserviceaccount.com',
  RECTO_AUDIENCE: 'https://step-ocr-1234.europe-west1.run.app',
};
const problemsOf = (env: Record<string, string | undefined>): string[] => {
  try {
    parseGcpConfig(env);
  } catch (error) {
    if (error instanceof Error) return error.message.split('\n').slice(1, -1);
  }
  return [];
};

describe('the configuration of the cloud', () => {
  test('is read as a whole', () => {
    const config = parseGcpConfig(GOOD);
    expect(config).toMatchObject({
      production: true,
      environment: 'prod',
      demo: false,
      origins: { firestore: 'https://firestore.googleapis.com' },
      emulated: { firestore: false, kms: false },
      caller: { serviceAccount: GOOD.RECTO_CALLER, audience: GOOD.RECTO_AUDIENCE },
    });
    expect(config.ocr.engines[0]).toMatchObject({ url: `${GOOD.RECTO_OCR_URL}/`, auth: { kind: 'identity' } });
  });

  test('names everything that is missing at once', () => {
    const problems = problemsOf({ RECTO_ENVIRONMENT: 'prod' }).join('\n');
    for (const name of Object.keys(GOOD).filter((key) => !/ENVIRONMENT|DATABASE|CALLER|AUDIENCE/.test(key)))
      expect(problems).toContain(name.replace('RECTO_OCR_URL', 'RECTO_OCR_RECTO_PPOCR_URL'));
  });

  test.each([
    ['FIRESTORE_EMULATOR_HOST', '127.0.0.1:8080'],
    ['RECTO_KMS_ENDPOINT', 'http://127.0.0.1:1'],
    ['RECTO_GCP_PROJECT', 'demo-project'],
    ['RECTO_BUCKET_INCOMING', 'my-test-bucket'],
    ['RECTO_KMS_KEY', 'projects/p/locations/l/keyRings/example/cryptoKeys/k'],
    ['RECTO_CONVERTER_URL', 'http://converter.internal'],
    ['RECTO_CONVERTER_URL', 'https://localhost:8080'],
    ['RECTO_PUBLIC_URL', 'https://recto.example'],
    ['RECTO_AUDIENCE', undefined],
    ['RECTO_DEMO', '1'],
    ['RECTO_OCR_URL', 'http://localhost:9000'],
    ['RECTO_ENVIRONMENT', 'production'],
  ])('refuses %s=%s', (name, value) => {
    const shown = name === 'RECTO_OCR_URL' ? 'RECTO_OCR_RECTO_PPOCR_URL' : name;
    expect(problemsOf({ ...GOOD, [name]: value })).toContainEqual(expect.stringContaining(shown));
  });

  test('takes stand-ins on one machine', () => {
    const config = parseGcpConfig({
      ...GOOD,
      RECTO_ENVIRONMENT: 'local',
      FIRESTORE_EMULATOR_HOST: '127.0.0.1:8080',
      RECTO_KMS_ENDPOINT: 'http://127.0.0.1:9/',
      RECTO_CONVERTER_URL: 'http://127.0.0.1:8081',
    });
    expect(config).toMatchObject({
      production: false,
      origins: {
        firestore: 'http://127.0.0.1:8080',
        kms: 'http://127.0.0.1:9',
        storage: 'https://storage.googleapis.com',
      },
      emulated: { firestore: true, storage: false },
    });
  });
});
