import type { OpenApiDocument } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';
import { expect, test } from 'vitest';
import { prepareDocument } from './prepare-document.ts';

function idsOf(document: OpenApiDocument): unknown[] {
  const paths = isJsonObject(document.paths) ? Object.values(document.paths) : [];
  return paths.flatMap((item) =>
    isJsonObject(item)
      ? Object.values(item).flatMap((operation) => (isJsonObject(operation) ? [operation.operationId] : []))
      : [],
  );
}

test('secure servers come first, in their order', () => {
  const urls = ['http://a.test', 'https://b.test', '/relative', 'https://c.test'];
  const { servers } = prepareDocument('a.com', { servers: urls.map((url) => ({ url })) });
  expect(servers).toEqual(['https://b.test', 'https://c.test', 'http://a.test', '/relative'].map((url) => ({ url })));
  expect(prepareDocument('a.com', { openapi: '3.0.0' })).toEqual({ openapi: '3.0.0' });
});

test("the service's name goes from the ids of Google's operations, where ids stay apart without it", () => {
  const document = (ids: readonly string[]) => ({
    paths: Object.fromEntries(ids.map((operationId, index) => [`/${index}`, { get: { operationId } }])),
  });
  expect(
    idsOf(
      prepareDocument('googleapis.com/calendar', document(['calendar.events.list', 'calendar.colors', 'other.x.y'])),
    ),
  ).toEqual(['events.list', 'calendar.colors', 'other.x.y']);
  expect(idsOf(prepareDocument('googleapis.com/calendar', document(['calendar.events.list', 'events.list'])))).toEqual([
    'calendar.events.list',
    'events.list',
  ]);
  expect(idsOf(prepareDocument('example.com', document(['calendar.events.list'])))).toEqual(['calendar.events.list']);
});

test('path and method go from the ids that frameworks make of them', () => {
  const document = {
    paths: {
      '/v1/voices/{id}': { get: { operationId: 'get_voice_v1_voices__id__get' }, parameters: [] },
      '/v1/voices': { get: { operationId: '_v1_voices_get' }, post: { operationId: 'add' } },
    },
  };
  expect(idsOf(prepareDocument('elevenlabs.io', document))).toEqual(['get_voice', '_v1_voices_get', 'add']);
});

test('the two halves of signing in with Google become one, with the endpoints of today', () => {
  const scopes = {
    'https://www.googleapis.com/auth/tasks': 'Tasks',
    'https://www.googleapis.com/auth/tasks.readonly': 'See',
  };
  const both = (scope: string) => ({ Oauth2: [scope], Oauth2c: [scope] });
  const document = {
    paths: {
      '/a': {
        get: {
          operationId: 'a',
          security: [
            both('https://www.googleapis.com/auth/tasks'),
            both('https://www.googleapis.com/auth/tasks.readonly'),
          ],
        },
        post: { operationId: 'b', security: [{}] },
      },
    },
    components: {
      schemas: { A: { type: 'string' } },
      securitySchemes: {
        Oauth2: {
          type: 'oauth2',
          description: 'Google',
          flows: { implicit: { authorizationUrl: 'https://accounts.google.com/o/oauth2/auth', scopes } },
        },
        Oauth2c: {
          type: 'oauth2',
          flows: { authorizationCode: { tokenUrl: 'https://accounts.google.com/o/oauth2/token', scopes } },
        },
      },
    },
  };
  const prepared = prepareDocument('googleapis.com/tasks', document);
  expect(prepared.components).toEqual({
    schemas: { A: { type: 'string' } },
    securitySchemes: {
      oauth2: {
        type: 'oauth2',
        description: 'Google',
        flows: {
          authorizationCode: {
            authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
            tokenUrl: 'https://oauth2.googleapis.com/token',
            scopes,
          },
        },
      },
    },
  });
  expect(prepared.paths).toMatchObject({
    '/a': { get: { security: [{ oauth2: Object.keys(scopes) }] }, post: { security: [{}] } },
  });
  expect(prepareDocument('example.com', document).components).toBe(document.components);
});
