import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseServiceConfig } from '../../gpu-service/config.ts';
import { OCR_SETTINGS } from './run-ocr.ts';

const root = path.resolve(import.meta.dirname, '../..');

test('the OCR services start with the settings that they are given', () => {
  for (const settings of Object.values(OCR_SETTINGS)) {
    const config = parseServiceConfig({ ...settings, PORT: '8080' });
    expect(config.host).toBe('0.0.0.0');
    // No variable that the service does not know.
    const known = readFileSync(path.join(root, 'gpu-service/config.ts'), 'utf8');
    expect(Object.keys(settings).filter((name) => !known.includes(`${name}:`))).toEqual([]);
  }
});
