import { expect, test } from 'vitest';
import { mendTokenResponse } from './mend-token-response.ts';

const mend = async (response: Response, withIdToken = false) => {
  const mended = await mendTokenResponse(response, { withIdToken });
  return { status: mended.status, body: await mended.json() };
};

test('an error with status 200 becomes one with 400, as GitHub answers a used code', async () => {
  const body = { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' };
  expect(await mend(Response.json(body))).toEqual({ status: 400, body });
});

test('what is missing, empty or spelt otherwise is as it should be', async () => {
  const answered = {
    access_token: 'a',
    token_type: 'user',
    refresh_token: null,
    expires_in: 0,
    scope: 'repo,gist',
    id_token: 'unasked',
  };
  expect(await mend(Response.json(answered, { status: 201 }))).toEqual({
    status: 200,
    body: { access_token: 'a', token_type: 'bearer', scope: 'repo gist' },
  });
  expect((await mend(Response.json({ access_token: 'a', scope: ['x', 'y'] }))).body).toEqual({
    access_token: 'a',
    token_type: 'bearer',
    scope: 'x y',
  });
  expect((await mend(Response.json({ access_token: 'a', id_token: 'i' }), true)).body).toMatchObject({ id_token: 'i' });
});

test('a form is read, too', async () => {
  const response = new Response('access_token=a&scope=x%2Cy&token_type=bearer', {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  });
  expect(await mend(response)).toEqual({
    status: 200,
    body: { access_token: 'a', scope: 'x y', token_type: 'bearer' },
  });
});

test('a token that is bound to a key is not taken for one that is not', async () => {
  expect((await mend(Response.json({ access_token: 'a', token_type: 'DPoP' }))).body.token_type).toBe('dpop');
});

test('what is neither, and every other status, stays as it is', async () => {
  const page = new Response('<html>', { headers: { 'content-type': 'text/html' } });
  expect(await (await mendTokenResponse(page, { withIdToken: false })).text()).toBe('<html>');
  const refused = Response.json({ error: 'invalid_grant' }, { status: 400 });
  expect(await mendTokenResponse(refused, { withIdToken: false })).toBe(refused);
});
