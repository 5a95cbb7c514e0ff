import { readFileSync } from 'node:fs';
import path from 'node:path';
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

  it('is described in the documentation, variable by variable', () => {
    const read = (file: string): string => readFileSync(path.join(import.meta.dirname, file), 'utf8');
    const names = (text: string): Set<string> => new Set(text.match(/\bOCR_[A-Z_]+\b/g));
    const [, settings = ''] = read('../docs/ocr-service.md').split('## Settings');
    expect(names(settings.split('\n## ')[0] ?? '')).toEqual(names(read('config.ts')));
  });

  it('asks for a token that is set, and for what identity tokens are checked with', () => {
    expect(parseServiceConfig({}).auth).toEqual({ kind: 'none' });
    expect(parseServiceConfig({ OCR_TOKEN: 'sixteen-letters-or-more' }).auth.kind).toBe('token');
    expect(() => parseServiceConfig({ OCR_AUTH: 'token' })).toThrow(/OCR_TOKEN: is missing/);
    expect(() => parseServiceConfig({ OCR_AUTH: 'google' })).toThrow(/OCR_AUDIENCE[\s\S]*OCR_ALLOWED_ACCOUNTS/);
    expect(
      parseServiceConfig({ OCR_AUTH: 'google', OCR_AUDIENCE: 'https://ocr', OCR_ALLOWED_ACCOUNTS: 'a@b.c, d@e.f' })
        .auth,
    ).toMatchObject({ accounts: ['a@b.c', 'd@e.f'], issuers: ['https://accounts.google.com', 'accounts.google.com'] });
  });
});
