import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RectoError } from '../../domain/errors.ts';
import type { LogFields } from '../../ports/logger.ts';
import { systemClock } from './clock.ts';
import { createLogger } from './logger.ts';

const capture = () => {
  const lines: string[] = [];
  const clock = { ...systemClock, now: () => Date.UTC(2026, 0, 2) };
  const log = createLogger({ level: 'info', clock, write: (line) => void lines.push(line) });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null') };
};

it('writes level, time, message and bound fields as one line', () => {
  const { log, last } = capture();
  log.with({ requestId: 'req_1' }).with({ runId: 'run_1' }).info('hello', { pages: 3 });
  expect(last()).toEqual({
    level: 'info',
    time: '2026-01-02T00:00:00.000Z',
    message: 'hello',
    requestId: 'req_1',
    runId: 'run_1',
    pages: 3,
  });
});

it('leaves out what is below its level', () => {
  const { log, lines } = capture();
  log.debug('no');
  expect(lines).toEqual([]);
});

it('replaces secrets by their key, at any depth, and credentials inside texts', () => {
  const { log, lines, last } = capture();
  const headers = { Authorization: 'Bearer rk_live', 'X-Api-Key': 's3cr3t-1', 'set-cookie': 's3cr3t-2', accept: '*/*' };
  log.info('sent Bearer s3cr3t-token-3', {
    password: 's3cr3t-4',
    nested: [{ client_secret: 's3cr3t-5', headers }],
    accessToken: 's3cr3t-6',
    url: 'https://user:s3cr3t-7@example.com/?token=s3cr3t-8&a=1',
  });
  expect(lines.join()).not.toContain('s3cr3t');
  expect(lines.join()).not.toContain('rk_live');
  expect(last()).toMatchObject({ nested: [{ headers: { accept: '*/*' } }] });
});

it('keeps control, bidi and line-separator characters from reaching the terminal', () => {
  const { log, lines, last } = capture();
  const nasty = 'a\r\n{"level":"error"}\u001b[2J\u009b31m\u007f\u2028\u202e';
  log.info(nasty, { [nasty]: nasty });
  expect(lines).toHaveLength(1);
  expect(lines[0]?.slice(0, -1)).toMatch(/^[^\p{Cc}\u2028\u202e]+$/u);
  expect(last()).toMatchObject({ message: nasty });
});

it('does not let a field pass itself off as level, time or message', () => {
  const { log, last } = capture();
  log.warn('real', { message: 'forged', level: 'debug' });
  expect(last()).toMatchObject({ level: 'warn', message: 'real', field_message: 'forged', field_level: 'debug' });
});

it('writes errors with code and cause, and cuts what is long, deep or circular', () => {
  const { log, lines, last } = capture();
  const loop: Record<string, unknown> = {
    big: 'x'.repeat(1_000_000),
    list: Array(10_000).fill(1),
    bytes: new Uint8Array(9),
  };
  loop.self = loop;
  log.error('failed', { error: new RectoError('storage_full', 'full', { cause: new Error('ENOSPC') }), loop, n: 1n });
  expect(last()).toMatchObject({
    error: { code: 'storage_full', cause: { message: 'ENOSPC' } },
    loop: { bytes: '[9 bytes]', self: '[circular]' },
    n: '1',
  });
  expect(lines[0]?.length).toBeLessThan(20_000);
});

it('writes one parsable line for anything', () => {
  const { log, lines } = capture();
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.object({ withDate: true, withBigInt: true, withTypedArray: true }),
      (message, fields) => {
        lines.length = 0;
        log.info(message, fields as LogFields);
        expect(lines).toHaveLength(1);
        expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
        expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info' });
      },
    ),
  );
});
