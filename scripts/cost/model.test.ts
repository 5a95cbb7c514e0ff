import { expect, test } from 'vitest';
import { cpuOcr, gpuOcr, perMillionPages } from './model.ts';
import { USAGE } from './usage.ts';

const busy = { gpuPagesPerSecond: 5, utilisation: 0.5, ocrShare: 1 };

test('a million pages at five a second, half of the time, are 400,000 seconds of an L4', () => {
  expect(gpuOcr(busy)).toBeCloseTo(400_000 * 0.0002907, 6);
});

test('twice as fast costs half; half of the pages cost half', () => {
  expect(gpuOcr({ ...busy, gpuPagesPerSecond: 10 })).toBeCloseTo(gpuOcr(busy) / 2, 6);
  expect(gpuOcr({ ...busy, ocrShare: 0.5 })).toBeCloseTo(gpuOcr(busy) / 2, 6);
  expect(cpuOcr({ cpuPagesPerSecond: 4, ocrShare: 1 })).toBeCloseTo(
    cpuOcr({ cpuPagesPerSecond: 2, ocrShare: 1 }) / 2,
    6,
  );
});

test('fewer documents for the same pages cost fewer messages and records, not less storage', () => {
  const line = (pagesPerDocument: number, what: string) =>
    perMillionPages({ ...USAGE, pagesPerDocument }).find((entry) => entry.what === what)?.usd ?? Number.NaN;
  expect(line(30, 'Firestore')).toBeCloseTo(line(3, 'Firestore') / 10, 6);
  expect(line(30, 'Pub/Sub')).toBeCloseTo(line(3, 'Pub/Sub') / 10, 6);
  expect(line(30, 'Storage, a month')).toBe(line(3, 'Storage, a month'));
});
