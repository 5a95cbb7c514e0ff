import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { attachment } from '#shared/domain/content-disposition.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { parseRange } from './byte-range.ts';
import { matchesEtag } from './etag.ts';
import { parseJson } from './parse-json.ts';
import { parseQuery } from './parse-query.ts';
import { toProblem } from './problem.ts';
import { RateLimiter } from './rate-limiter.ts';
import { requestIdFrom } from './request-id.ts';
import { validate } from './validate.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what validate says', () => {
  it('says that a value is missing, and cuts a long list of options where one can see it', () => {
    const options = Array.from({ length: 200 }, (_, index) => `option-${index}`);
    const schema = z.object({ text: z.string(), scope: z.enum(options) });
    const errors = (value: unknown) => {
      try {
        validate(schema, value, 'body');
      } catch (error) {
        return String(error);
      }
      return 'nothing was wrong';
    };
    expect(errors({ scope: 'option-1' })).toContain('body.text: missing; a value of the type string is needed.');
    expect(errors({ text: '', scope: 'x' })).toContain('…. Correct it');
  });
});

describe('parseJson', () => {
  it('refuses __proto__ at any depth, infinite numbers, deep nesting and broken UTF-8, without a trace on prototypes', () => {
    for (const text of ['{"__proto__":{"x":1}}', '{"a":[{"__proto__":1}]}', '1e400', '[1e400]', '{', '"a', ''])
      expect(() => parseJson(bytes(text))).toThrow(expect.objectContaining({ code: 'invalid_json' }));
    expect(() => parseJson(bytes(`${'['.repeat(100)}${']'.repeat(100)}`))).toThrow();
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22))).toThrow();
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });

  it('takes any other JSON, the last of equal keys', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        fc.pre(!text.includes('__proto__'));
        expect(parseJson(bytes(text))).toEqual(JSON.parse(text));
      }),
    );
    expect(parseJson(bytes('{"a":1,"a":2,"constructor":{"prototype":1}}'))).toEqual({
      a: 2,
      constructor: { prototype: 1 },
    });
  });
});

describe('parseQuery', () => {
  it('refuses a name given twice unless it may be repeated', () => {
    expect(() => parseQuery('http://x/?a=1&a=2')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
    expect(parseQuery('http://x/?a=1&a=2', ['a'])).toMatchObject({ a: ['1', '2'] });
    expect(parseQuery('http://x/?__proto__=1')).toEqual(Object.assign(Object.create(null), { ['__proto__']: '1' }));
  });
});

describe('validate', () => {
  it('names each place that is wrong and the unknown names', () => {
    const schema = z.strictObject({ a: z.object({ b: z.number() }) });
    const attempt = () => validate(schema, { a: { b: 'x' }, tenantId: 'other' }, 'body');
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        details: {
          errors: [
            expect.objectContaining({ pointer: 'body.a.b' }),
            { pointer: 'body', message: 'unknown name tenantId' },
          ],
        },
      }),
    );
  });
});

describe('attachment', () => {
  it('never lets a name break out of its header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const value = attachment(name);
        expect(value).toMatch(/^attachment; filename="[\x20-\x7e]*"(; filename\*=UTF-8''[A-Za-z0-9!#$&+.^_`|~%-]*)?$/);
        expect(value.split('"')).toHaveLength(3);
        expect(new Headers({ 'content-disposition': value }).get('content-disposition')).toBe(value);
      }),
    );
  });

  it('keeps the true name beside the ASCII one', () => {
    expect(attachment('Rechnung.pdf')).toBe('attachment; filename="Rechnung.pdf"');
    expect(attachment('Prüfung\r\nX: 1.pdf')).toBe(
      `attachment; filename="Pr_fung__X: 1.pdf"; filename*=UTF-8''Pr%C3%BCfung%0D%0AX%3A%201.pdf`,
    );
  });
});

describe('parseRange', () => {
  it('reads the three forms, clipped to the size', () => {
    expect(parseRange('bytes=0-4', 10)).toEqual({ start: 0, end: 5 });
    expect(parseRange('bytes=5-', 10)).toEqual({ start: 5, end: 10 });
    expect(parseRange('bytes=-3', 10)).toEqual({ start: 7, end: 10 });
    expect(parseRange('bytes=5-500', 10)).toEqual({ start: 5, end: 10 });
    expect(parseRange('bytes=10-', 10)).toBe('unsatisfiable');
    expect(parseRange('bytes=-0', 10)).toBe('unsatisfiable');
    for (const none of [undefined, 'bytes=', 'bytes=-', 'bytes=4-2', 'bytes=0-1,3-4', 'lines=1-2'])
      expect(parseRange(none, 10)).toBeNull();
  });

  it('gives a range inside the bytes or none, whatever the header', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.maxSafeNat(), fc.maxSafeNat()).map(([a, b]) => `bytes=${a}-${b}`),
    );
    fc.assert(
      fc.property(header, fc.nat(), (text, size) => {
        const range = parseRange(text, size);
        if (range === null || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeLessThanOrEqual(size);
        expect(range.start).toBeLessThan(range.end);
      }),
    );
  });
});

describe('matchesEtag', () => {
  it('compares weakly, in lists and with a star', () => {
    expect(matchesEtag('"b", W/"a"', '"a"')).toBe(true);
    expect(matchesEtag('*', '"a"')).toBe(true);
    expect(matchesEtag('"b"', '"a"')).toBe(false);
    expect(matchesEtag(undefined, '"a"')).toBe(false);
  });
});

describe('requestIdFrom', () => {
  it('keeps a harmless id and replaces any other', () => {
    expect(requestIdFrom('0af7651916cd43dd8448eb211c80319c', 0)).toBe('0af7651916cd43dd8448eb211c80319c');
    for (const id of [undefined, '', 'short', 'has space in it', 'x'.repeat(200), 'line\nbreak-1234'])
      expect(requestIdFrom(id, 0)).toMatch(/^req_/);
  });
});

describe('toProblem', () => {
  it('tells nothing of an error that is not ours', () => {
    const { problem } = toProblem(new Error('password=hunter2 at /srv/x.ts:1'), 'req_1');
    expect(problem).toMatchObject({ status: 500, code: 'internal', requestId: 'req_1', type: '/docs/errors#internal' });
    expect(JSON.stringify(problem)).not.toMatch(/hunter2|x\.ts/);
  });
});

describe('RateLimiter', () => {
  const fixed = () => {
    let now = 0;
    const clock: Clock = { now: () => now, sleep: () => Promise.resolve(), after: () => () => {} };
    return { clock, advance: (ms: number) => (now += ms) };
  };

  it('lets a burst through, then the rate', () => {
    const { clock, advance } = fixed();
    const limiter = new RateLimiter(clock);
    const policy = { perSecond: 2, burst: 3 };
    expect([1, 2, 3, 4].map(() => limiter.take('a', policy).allowed)).toEqual([true, true, true, false]);
    expect(limiter.take('a', policy)).toMatchObject({ remaining: 0, resetSeconds: 1 });
    expect(limiter.take('b', policy).allowed).toBe(true);
    advance(1000);
    expect([1, 2, 3].map(() => limiter.take('a', policy).allowed)).toEqual([true, true, false]);
  });

  it('never lets more through than burst and rate allow, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { maxLength: 60 }), (gaps) => {
        const { clock, advance } = fixed();
        const limiter = new RateLimiter(clock);
        let allowed = 0;
        let elapsed = 0;
        for (const gap of gaps) {
          advance(gap);
          elapsed += gap;
          if (limiter.take('a', { perSecond: 3, burst: 5 }).allowed) allowed += 1;
        }
        expect(allowed).toBeLessThanOrEqual(5 + (elapsed / 1000) * 3);
      }),
    );
  });

  it('remembers a bounded number of callers', () => {
    const { clock } = fixed();
    const limiter = new RateLimiter(clock, 2);
    const policy = { perSecond: 1, burst: 1 };
    for (const name of ['a', 'b', 'c']) limiter.take(name, policy);
    expect(limiter.take('c', policy).allowed).toBe(false);
    expect(limiter.take('a', policy).allowed).toBe(true);
  });
});
