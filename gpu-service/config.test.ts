import { describe, expect, it } from 'vitest';
import { parseServiceConfig } from './config.ts';

describe('the configuration of the OCR service', () => {
  it('has a default for everything', () => {
    expect(parseServiceConfig({})).toMatchObject({
      port: 8090,
      host: '127.0.0.1',
      queuePages: 64,
      exitWithParent: false,
    });
  });

  it('names every variable that is wrong', () => {
    expect(() => parseServiceConfig({ OCR_WORKERS: 'many', OCR_QUEUE_PAGES: '0' })).toThrow(
      /OCR_WORKERS[\s\S]*OCR_QUEUE_PAGES/,
    );
  });
});
