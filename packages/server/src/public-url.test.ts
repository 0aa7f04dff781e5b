import { expect, test } from 'vitest';
import { readPublicUrl } from './public-url.ts';

test.each([
  ['https://tools.example.com', 'https://tools.example.com'],
  ['https://tools.example.com/', 'https://tools.example.com'],
  ['http://localhost:3000/jackfield//', 'http://localhost:3000/jackfield'],
  [undefined, undefined],
])('%s is %s', (text, url) => {
  expect(readPublicUrl(text)).toBe(url);
});

test.each([
  'tools.example.com',
  'ftp://example.com',
  'https://a.example/?x=1',
  'https://a.example/#x',
  'https://u:p@a.example',
  '',
])('refuses %j', (text) => {
  expect(() => readPublicUrl(text)).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
});
