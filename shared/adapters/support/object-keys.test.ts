import { expect, it } from 'vitest';
import { compareKeys, keySegments, prefixSegments } from './object-keys.ts';

it.each(['a', 'a/b.pdf', 'ä/漢字 (1).pdf', '...', '.hidden', 'x'.repeat(255)])('takes the key %j', (key) => {
  expect(keySegments(key).join('/')).toBe(key);
});

it.each([
  '',
  '/',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  './a',
  'a\0b',
  'a\nb',
  'a\u0085b',
  '\ud800',
  'x'.repeat(256),
])('refuses the key %j', (key) => {
  expect(() => keySegments(key)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it('counts bytes, not characters', () => {
  const segment = 'ä'.repeat(100);
  expect(keySegments(`${segment}/${segment}/${segment}/${segment}/${segment}`)).toHaveLength(5);
  const six = Array.from({ length: 6 }, () => segment).join('/');
  expect(() => keySegments(six)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it('splits a prefix into folders and the start of a name', () => {
  expect(prefixSegments('')).toEqual({ folders: [], start: '' });
  expect(prefixSegments('a/b/')).toEqual({ folders: ['a', 'b'], start: '' });
  expect(prefixSegments('a/b')).toEqual({ folders: ['a'], start: 'b' });
  expect(() => prefixSegments('../x')).toThrow(expect.objectContaining({ code: 'invalid_request' }));
});

it('orders keys by their bytes', () => {
  // UTF-16 order would put the emoji (surrogates) before U+FF5E.
  expect(['\u{1f600}', '\uff5e', 'b', 'a'].sort(compareKeys)).toEqual(['a', 'b', '\uff5e', '\u{1f600}']);
});
