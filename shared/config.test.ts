import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';

const problems = (env: Record<string, string>): string[] => {
  try {
    parseConfig(env);
    return [];
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : [];
    return lines.slice(1, -1).map((line) => line.trim());
  }
};
const TOKEN = 'Zq8mW2rT5vX9bN4c';

describe('which OCR engines there are', () => {
  it('is our own on this machine, unless something else is said', () => {
    expect(parseConfig({}).ocr).toEqual({
      engines: [expect.objectContaining({ id: 'recto-ppocr', kind: 'recto', url: null, required: true })],
      failover: 'none',
      leftOut: [],
    });
    expect(parseConfig({ RECTO_OCR_URL: 'http://localhost:8090' }).ocrUrl).toBe('http://localhost:8090/');
  });

  it('follows the order in which they are named, with the settings of each', () => {
    const { ocr } = parseConfig({
      RECTO_OCR_ENGINES: 'nanonets-ocr2-3b, document-ai,house',
      RECTO_OCR_REQUIRED: 'nanonets-ocr2-3b,document-ai',
      RECTO_OCR_FAILOVER: 'ordered',
      RECTO_OCR_NANONETS_OCR2_3B_URL: 'https://vllm.acme.com/v1',
      RECTO_OCR_NANONETS_OCR2_3B_TOKEN_FILE: '/run/secrets/vllm',
      RECTO_OCR_NANONETS_OCR2_3B_PRICE: '0.10/0.40',
      RECTO_OCR_DOCUMENT_AI_URL: 'https://eu-documentai.googleapis.com/v1/projects/a/locations/eu/processors/b',
      RECTO_OCR_HOUSE_URL: 'http://127.0.0.1:9',
      RECTO_OCR_HOUSE_MODEL: 'org/model',
      RECTO_OCR_HOUSE_SECONDS: '60',
    });
    expect(ocr).toMatchObject({
      failover: 'ordered',
      engines: [
        {
          id: 'nanonets-ocr2-3b',
          kind: 'openai-chat',
          auth: { kind: 'file', path: '/run/secrets/vllm' },
          price: { input: 0.1, output: 0.4 },
          required: true,
        },
        { id: 'document-ai', kind: 'document-ai', auth: { kind: 'google' }, required: true },
        { id: 'house', kind: 'openai-chat', model: 'org/model', timeoutMs: 60_000, required: false },
      ],
    });
  });

  it('outside of production leaves out what lacks something, and falls back to our own', () => {
    const { ocr } = parseConfig({ RECTO_OCR_ENGINES: 'nanonets-ocr-s' });
    expect(ocr.engines.map(({ id }) => id)).toEqual(['recto-ppocr']);
    expect(ocr.leftOut).toEqual([{ id: 'nanonets-ocr-s', because: 'RECTO_OCR_NANONETS_OCR_S_URL: is missing' }]);
  });

  it('is never what cannot be meant', () => {
    expect(
      problems({
        RECTO_OCR_ENGINES: 'a, B!',
        RECTO_OCR_REQUIRED: 'c',
        RECTO_OCR_A_URL: 'ftp://x',
        RECTO_OCR_A_KIND: 'magic',
        RECTO_OCR_A_PRICE: 'cheap',
        RECTO_OCR_A_TOKEN: TOKEN,
        RECTO_OCR_A_AUTH: 'identity',
      }),
    ).toEqual([
      expect.stringContaining('RECTO_OCR_ENGINES: "B!"'),
      'RECTO_OCR_REQUIRED: c is not in RECTO_OCR_ENGINES',
      expect.stringContaining('RECTO_OCR_A_KIND: must be one of'),
      expect.stringContaining('RECTO_OCR_A_URL: must be'),
      expect.stringContaining('RECTO_OCR_A_TOKEN: give one of'),
      expect.stringContaining('RECTO_OCR_A_PRICE: must be'),
    ]);
  });
});

describe('production', () => {
  it('names at once everything that is missing or looks like a test', () => {
    expect(
      problems({
        RECTO_ENV: 'production',
        PORT: 'x',
        RECTO_DEMO: '1',
        RECTO_ALLOW_PRIVATE_WEBHOOKS: 'true',
        RECTO_OCR_ENGINES: 'recto-ppocr,nanonets-ocr2-3b,house',
        RECTO_OCR_NANONETS_OCR2_3B_URL: 'https://localhost:8000',
        RECTO_OCR_NANONETS_OCR2_3B_TOKEN: 'changeme-changeme-changeme',
        RECTO_OCR_HOUSE_URL: 'http://ocr.acme.com',
        RECTO_OCR_NANONETS_URL: 'https://elsewhere.acme.com',
      }).map((line) => line.split(':')[0]),
    ).toEqual([
      'PORT',
      'RECTO_OCR_NANONETS_URL',
      'RECTO_OCR_RECTO_PPOCR_URL',
      'RECTO_OCR_NANONETS_OCR2_3B_URL',
      'RECTO_OCR_NANONETS_OCR2_3B_TOKEN',
      'RECTO_OCR_HOUSE_MODEL',
      'RECTO_OCR_HOUSE_TOKEN',
      'RECTO_OCR_HOUSE_URL',
      'RECTO_DEMO',
      'RECTO_ALLOW_PRIVATE_WEBHOOKS',
    ]);
  });

  it('starts when everything is there, without a demo tenant', () => {
    const config = parseConfig({
      RECTO_ENV: 'production',
      RECTO_OCR_ENGINES: 'recto-ppocr,nanonets-ocr2-3b',
      RECTO_OCR_RECTO_PPOCR_URL: 'http://ocr.recto.svc.cluster.local:8090',
      RECTO_OCR_RECTO_PPOCR_AUTH: 'none',
      RECTO_OCR_NANONETS_OCR2_3B_URL: 'https://vllm-abc-ew.a.run.app',
      RECTO_OCR_NANONETS_OCR2_3B_AUTH: 'identity',
    });
    expect([config.production, config.demo, config.ocr.engines.length]).toEqual([true, false, 2]);
    expect(problems({ RECTO_ENV: 'production', RECTO_OCR_URL: 'local' })).toEqual([]);
    expect(parseConfig({}).demo).toBe(true);
  });

  it('never throws anything but the list, whatever the environment holds', () => {
    const name = fc.constantFrom(
      ...['RECTO_OCR_ENGINES', 'RECTO_OCR_REQUIRED', 'RECTO_OCR_A_URL', 'RECTO_OCR_A_TOKEN', 'RECTO_OCR_A_AUTH'],
      ...['RECTO_OCR_A_PRICE', 'RECTO_OCR_A_SECONDS', 'RECTO_OCR_A_KIND', 'RECTO_OCR_URL', 'RECTO_ENV'],
    );
    const value = fc.oneof(fc.constantFrom('a', 'production', 'https://a.b', 'local', 'a,a', ',', '1/2'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(name, value), (env) => {
        for (const line of problems(env)) expect(line).toMatch(/^[A-Z][A-Z0-9_]+: ./);
      }),
    );
  });
});
