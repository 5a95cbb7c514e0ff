import { describe, expect, it } from 'vitest';
import { scrubPdf } from './pdf-scrub.ts';

const scrub = (text: string): string => {
  const bytes = Buffer.from(text, 'latin1');
  scrubPdf(bytes);
  return bytes.toString('latin1');
};

describe('scrubbing a PDF', () => {
  it('defuses names that act and keeps every offset', () => {
    const given = '<< /Type /Page /AA << /O << /S /JavaScript /JS (x) >> >> /OpenAction 5 0 R /URI (u) >>';
    const done = scrub(given);
    expect(done).toHaveLength(given.length);
    expect(done).not.toMatch(/\/(?:AA|JavaScript|JS|OpenAction|URI)\b/);
    expect(done).toContain('/Type /Page');
  });
  it('sees through escaped names', () => expect(scrub('/J#53 (x)')).not.toContain('/J#53'));
  it('leaves strings and streams alone', () => {
    const given = '(a \\( /JS ) << /Length 5 >>\nstream\n/JS (\nendstream /Keep';
    expect(scrub(given)).toBe(given);
  });
  it('is not misled by a stream that holds the word for its end', () => {
    const body = 'endstream ( never closed';
    const done = scrub(`<< /Length ${body.length} >>\nstream\n${body}\nendstream /JS (x)`);
    expect(done).not.toContain('/JS');
  });
  it('is not misled by a stream without a direct length', () =>
    expect(scrub('<< /Length 7 0 R >>\nstream\n(\nendstream\n/AA 1')).toContain('/X_ 1'));
});
