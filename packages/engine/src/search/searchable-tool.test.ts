import { expect, test } from 'vitest';
import { httpTool } from '../create-engine.fixture.ts';
import type { Tool } from '../toolkit.ts';
import { toSearchable } from './searchable-tool.ts';

const inputSchema = {
  type: 'object',
  properties: {
    unit: { type: 'string', description: 'How warmth is told.', enum: ['celsius', 'fahrenheit', 1] },
    place: { type: 'object', properties: { town: { type: 'string', description: 'Where.' } } },
    days: { type: 'array', items: { type: 'string', enum: ['today', 'tomorrow'] } },
  },
} as const;
const request = httpTool('weather', 'GET', 'https://api.example.com', { inputSchema });
const plain: Tool = { ...request, binding: { kind: 'function', execute: () => undefined } };

test('what schemas say of parameters is found, but not of those of HTTP requests', () => {
  const texts = ['How warmth is told.', 'celsius', 'fahrenheit', 'Where.', 'today', 'tomorrow'];
  expect(toSearchable(plain)).toMatchObject({ parameters: ['unit', 'place', 'days'], parameterTexts: texts });
  expect(toSearchable(request).parameterTexts).toBeUndefined();
});
