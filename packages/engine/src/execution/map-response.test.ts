import { expect, test } from 'vitest';
import { httpTool, testEngine, testToolkit, testUpstream } from '../create-engine.fixture.ts';

async function answered(status: number, body: unknown, contentType = 'application/json') {
  const { url } = await testUpstream((_request, _incoming, response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  const { operations, context } = await testEngine({
    toolkits: [testToolkit('odd', [httpTool('odd', 'GET', url, { security: [] })], { authSchemes: [] })],
  });
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  return operations['sessions.execute'](
    { params: { sessionId }, body: { toolSlug: 'ODD_GET', arguments: {} } },
    context,
  );
}

test('an error in a form that nobody knows is passed on as it stands, and not without end', async () => {
  const { error, data } = await answered(400, { status: 'KO', codes: [17, { why: 'too_many_cats' }] });
  expect(error).toContain('Odd answered 400 Bad Request: {"status":"KO","codes":[17,{"why":"too_many_cats"}]}');
  expect(data).toEqual({ status: 'KO', codes: [17, { why: 'too_many_cats' }] });
  const long = await answered(400, { codes: Array.from({ length: 5_000 }, (_, code) => code) });
  expect(long.error?.length).toBeLessThan(800);
  expect((await answered(400, {})).error).toMatch(/^Odd answered 400 Bad Request\. /);
  expect((await answered(400, null)).error).toMatch(/^Odd answered 400 Bad Request\. /);
});

test("AWS's own kind of JSON is JSON", async () => {
  expect(await answered(200, { Items: [1] }, 'application/x-amz-json-1.1')).toMatchObject({
    successful: true,
    data: { Items: [1] },
  });
  const refused = { __type: 'com.amazon.coral.validate#ValidationException', Message: 'No such table' };
  expect(await answered(400, refused, 'application/x-amz-json-1.0')).toMatchObject({
    successful: false,
    error: expect.stringContaining('400 Bad Request: No such table.'),
  });
});
