import { describe, expect, it } from 'vitest';
import { MEDIA_TYPES, mediaTypeInfo, needsOffice, refineTextType } from './media-types.ts';

describe('media types', () => {
  it('are each listed once', () => {
    expect(new Set(MEDIA_TYPES.map((info) => info.mediaType)).size).toBe(MEDIA_TYPES.length);
  });

  it('let an extension narrow plain text, and nothing else', () => {
    expect(refineTextType('text/plain', 'table.CSV')).toBe('text/csv');
    expect(refineTextType('text/plain', 'notes.md')).toBe('text/markdown');
    expect(refineTextType('text/plain', 'invoice.pdf')).toBe('text/plain');
    expect(refineTextType('application/pdf', 'table.csv')).toBe('application/pdf');
    expect(refineTextType('text/html', 'page.csv')).toBe('text/html');
  });

  it('know which need Office', () => {
    expect([needsOffice('application/msword'), needsOffice('image/png'), needsOffice('application/pdf')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(mediaTypeInfo('application/x-unheard-of')).toBeNull();
  });
});
