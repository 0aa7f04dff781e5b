import { describe, expect, it } from 'vitest';
import { cutText, plainText, toolDescription, toolName } from './tool-text.ts';

describe('plainText', () => {
  it.each([
    ['<p>Lists <b>all</b> <a href="https://x.test">users</a>.</p>', 'Lists all users.'],
    ['One<br/>two &amp; three&nbsp;four', 'One\ntwo & three four'],
    ['<ul><li>a</li><li>b</li></ul>', '- a\n\n- b'],
    ['Format: <user>:<password>', 'Format: <user>:<password>'],
    ['See [the guide](https://x.test/a "title") and ![logo](x.png) now', 'See the guide and  now'],
    ['## Title\n\n\n\ntext  \r\n**bold** a ** b', 'Title\n\ntext\nbold a ** b'],
    ['a <!-- hidden --> b', 'a  b'],
    ['plain', 'plain'],
    ['  ', ''],
  ])('%j reads %j', (text, expected) => {
    expect(plainText(text)).toBe(expected);
  });

  it('is cut at a sentence near 1000 characters', () => {
    const text = plainText('This is a sentence of forty characters. '.repeat(60));
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(text).toMatch(/characters\.$/);
  });
});

it('cuts at a word where no sentence ends, and anywhere where no word does', () => {
  expect(cutText('word '.repeat(10).trim(), 22)).toBe('word word word word…');
  expect(cutText('x'.repeat(30), 10)).toBe(`${'x'.repeat(9)}…`);
  expect(cutText('short', 10)).toBe('short');
});

const nothing = { summary: undefined, description: undefined, operationId: undefined, method: 'GET', path: '/pets' };

describe('a name', () => {
  it.each([
    [{ summary: 'List **all** pets.' }, 'List all pets'],
    [{ operationId: 'pets/listAll-forOwner' }, 'Pets list all for owner'],
    [{}, 'GET /pets'],
  ])('of %j is %j', (text, expected) => {
    expect(toolName({ ...nothing, ...text })).toBe(expected);
  });
});

describe('a description', () => {
  it.each([
    [{ summary: 'List pets' }, 'List pets'],
    [{ description: '<p>Lists pets.</p>' }, 'Lists pets.'],
    [{ summary: 'List pets.', description: 'Newest first.' }, 'List pets. Newest first.'],
    [{ summary: 'List pets', description: 'List pets of an owner.' }, 'List pets of an owner.'],
    [{}, 'GET /pets'],
  ])('of %j is %j', (text, expected) => {
    expect(toolDescription({ ...nothing, ...text })).toBe(expected);
  });
});
