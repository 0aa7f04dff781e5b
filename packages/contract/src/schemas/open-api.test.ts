import { expect, test } from 'vitest';
import { errorCodes } from '../errors.ts';
import { routes } from '../routes.ts';
import { openApiDocument } from './open-api.ts';

const document = openApiDocument({ version: '1.2.3', mount: '/v1' }) as unknown as {
  paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>;
};

test('describes every route once, under a unique operation id', () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations).toHaveLength(Object.keys(routes).length);
  expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(operations.length);
});

test('declares each parameter of a path', () => {
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const operation of Object.values(methods)) {
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(declared).toEqual([...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]));
    }
  }
});

test('has no construct outside JSON, and names only statuses of the error table', () => {
  const statuses = new Set<number>(Object.values(errorCodes).map(({ status }) => status));
  const text = JSON.stringify(document);
  expect(text).not.toContain('"$schema"');
  for (const match of text.matchAll(/"(4\d\d|5\d\d)":\{"description"/g)) {
    expect(statuses).toContain(Number(match[1]));
  }
});
