import aws4 from 'aws4';
import { expect, test } from 'vitest';
import { testEngine, testUpstream } from '../create-engine.fixture.ts';
import { convertOpenApi } from '../sources/openapi/index.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

/** A service that recomputes each signature, with another library than the one that made it. */
async function signedService() {
  const upstream = await testUpstream(({ method, url, headers, body }, _incoming, response) => {
    const [, scope = '', signed = '', signature = ''] =
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
        headers.authorization ?? '',
      ) ?? [];
    const [, region = '', service = ''] = scope.split('/');
    const verifier = new aws4.RequestSigner(
      {
        host: headers.host ?? '',
        path: url,
        method,
        service,
        region,
        body,
        headers: Object.fromEntries(
          signed.split(';').flatMap((name) => {
            const value = headers[name];
            return typeof value === 'string' ? [[name, value]] : [];
          }),
        ),
        doNotModifyHeaders: true,
      },
      keys,
    );
    verifier.datetime = String(headers['x-amz-date']);
    const again = verifier.sign();
    const expected = /Signature=(\w+)/.exec(String(again.headers?.Authorization))?.[1];
    const isGood = signature !== '' && signature === expected;
    response.writeHead(isGood ? 200 : 403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ isGood, service, region, signed: signed.split(';'), host: headers.host }));
  });
  return upstream;
}

function document(port: string, service?: string) {
  const region = { default: 'us-east-1', enum: ['us-east-1', 'eu-west-3', 'cn-north-1'] };
  return {
    openapi: '3.0.0',
    info: {
      title: 'Things of AWS',
      version: '1',
      ...(service === undefined ? {} : { 'x-aws-signingName': service }),
    },
    servers: [{ url: `http://things.{region}.amazonaws.com:${port}`, variables: { region } }],
    security: [{ hmac: [] }],
    paths: {
      '/things/{id}#tagKeys': {
        get: {
          operationId: 'GetThing',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'tagKeys', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
            { name: 'X-Amz-Date', in: 'header', schema: { type: 'string' } },
            { name: 'X-Amz-Security-Token', in: 'header', schema: { type: 'string' } },
            { name: 'X-Amz-Target', in: 'header', schema: { type: 'string' } },
          ],
        },
      },
      '/things': {
        post: {
          operationId: 'CreateThing',
          parameters: [
            {
              name: 'X-Amz-Target',
              in: 'header',
              required: true,
              schema: { type: 'string', enum: ['DynamoDB_20120810.CreateThing'] },
            },
            { name: 'Version', in: 'query', required: true, schema: { type: 'string', enum: ['2012-08-10'] } },
          ],
          requestBody: {
            content: { 'application/json': { schema: { type: 'object', properties: { name: { type: 'string' } } } } },
          },
        },
      },
    },
    components: {
      securitySchemes: {
        hmac: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      },
    },
  };
}

async function awsEngine(service?: string) {
  const upstream = await signedService();
  const { toolkit } = convertOpenApi(document(new URL(upstream.url).port, service), { slug: 'aws_things' });
  const { operations, context, store, log } = await testEngine({
    toolkits: [toolkit],
    egressOptions: { resolve: async () => [{ address: '127.0.0.1', family: 4 }] },
  });
  const session = await operations['sessions.create'](
    { body: { userId: 'ada', toolkits: { enable: ['aws_things'] } } },
    context,
  );
  return {
    upstream,
    toolkit,
    store,
    log,
    context,
    operations,
    connect: (credential: { region?: string; sessionToken?: string; secretAccessKey?: string } = {}) =>
      operations['connectedAccounts.create'](
        { body: { userId: 'ada', toolkit: 'aws_things', credential: { mode: 'AWS_SIGV4', ...keys, ...credential } } },
        context,
      ),
    execute: (toolSlug: string, input: Record<string, unknown>) =>
      operations['sessions.execute'](
        { params: { sessionId: session.sessionId }, body: { toolSlug, arguments: input } },
        context,
      ),
    session,
  };
}

test('requests are signed so that another implementation agrees, whatever they hold', async () => {
  const { connect, execute, toolkit, upstream } = await awsEngine();
  expect(toolkit.authSchemes).toEqual([{ id: 'hmac', mode: 'AWS_SIGV4', service: 'things', region: 'us-east-1' }]);
  // What belongs to the signature is no argument.
  expect(Object.keys(toolkit.tools[0]?.inputSchema.properties ?? {})).toEqual(['id', 'tagKeys', 'X-Amz-Target']);
  // Neither is what can have one value only.
  const [, create] = toolkit.tools;
  expect(create?.inputSchema.properties).toEqual({ name: { type: 'string' } });
  expect(create?.inputSchema.required).toBeUndefined();
  await connect();
  const calls: [string, Record<string, unknown>][] = [
    ['AWS_THINGS_GET_THING', { id: 'plain' }],
    ['AWS_THINGS_GET_THING', { id: 'a b/c?d=é&%', tagKeys: ['z', 'a b', 'ü+/', '*~'], 'X-Amz-Target': 'Things.Get' }],
    ['AWS_THINGS_CREATE_THING', { name: 'Zoë 🦊' }],
    ['AWS_THINGS_CREATE_THING', {}],
  ];
  for (const [slug, input] of calls) {
    expect(await execute(slug, input), JSON.stringify(input)).toMatchObject({
      successful: true,
      data: { isGood: true, service: 'things', region: 'us-east-1' },
    });
  }
  expect(upstream.requests[2]).toMatchObject({
    url: '/things?Version=2012-08-10',
    headers: { 'x-amz-target': 'DynamoDB_20120810.CreateThing', 'content-type': 'application/x-amz-json-1.0' },
    body: '{"name":"Zoë 🦊"}',
  });
  expect(upstream.requests[1]?.url).toBe(
    '/things/a%20b%2Fc%3Fd%3D%C3%A9%26%25?tagKeys=z&tagKeys=a%20b&tagKeys=%C3%BC%2B%2F&tagKeys=%2A~',
  );
});

test('an account of another region calls the host of that region, and signs for it', async () => {
  const { connect, execute, upstream } = await awsEngine('thing-service');
  await connect({ region: 'eu-west-3', sessionToken: 'a+temporary/token==' });
  const { port } = new URL(upstream.url);
  expect(await execute('AWS_THINGS_CREATE_THING', { name: 'x' })).toMatchObject({
    data: {
      isGood: true,
      service: 'thing-service',
      region: 'eu-west-3',
      host: `things.eu-west-3.amazonaws.com:${port}`,
      signed: expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']),
    },
  });
  const chinese = await awsEngine();
  await chinese.connect({ region: 'cn-north-1' });
  expect(await chinese.execute('AWS_THINGS_CREATE_THING', {})).toMatchObject({
    data: { isGood: true, host: `things.cn-north-1.amazonaws.com.cn:${new URL(chinese.upstream.url).port}` },
  });
});

test('S3 wants paths encoded once, and to be told of the body', async () => {
  const { connect, execute, upstream } = await awsEngine('s3');
  await connect();
  for (const id of ['photos', 'a b', "Jan's 50% (draft)+é&c=d", 'a//b']) {
    expect(await execute('AWS_THINGS_GET_THING', { id, tagKeys: ['x y'] }), id).toMatchObject({
      successful: true,
      data: { isGood: true, service: 's3', signed: expect.arrayContaining(['x-amz-content-sha256']) },
    });
  }
  expect(await execute('AWS_THINGS_CREATE_THING', { name: 'Zoë' })).toMatchObject({ data: { isGood: true } });
  expect(upstream.requests.at(-1)?.headers['x-amz-content-sha256']).toBe('UNSIGNED-PAYLOAD');
});

test('proxied requests are signed, too; a wrong key is refused by the service', async () => {
  const { connect, operations, context, session } = await awsEngine();
  await connect();
  const proxied = await operations['sessions.proxyExecute'](
    {
      params: { sessionId: session.sessionId },
      body: { toolkitSlug: 'aws_things', endpoint: '/anything?b=2&a=1', method: 'PUT', body: { name: 'x' } },
    },
    context,
  );
  expect(proxied).toMatchObject({ status: 200, data: { isGood: true } });
  const wrong = await awsEngine();
  await wrong.connect({ secretAccessKey: 'another' });
  expect(await wrong.execute('AWS_THINGS_CREATE_THING', {})).toMatchObject({
    successful: false,
    data: { isGood: false },
  });
});

test('the form asks for the parts of the key, and secrets are seen nowhere', async () => {
  const { operations, context, store, log, execute, session } = await awsEngine();
  const { authSchemeDetails } = await operations['toolkits.get']({ params: { slug: 'aws_things' } }, context);
  expect(authSchemeDetails[0]?.fields.map(({ name, secret, required }) => [name, secret, required])).toEqual([
    ['access_key_id', false, true],
    ['secret_access_key', true, true],
    ['session_token', true, false],
    ['region', false, false],
  ]);
  const create = (fields: Record<string, string>) =>
    operations['connectedAccounts.create']({ body: { userId: 'ada', toolkit: 'aws_things', fields } }, context);
  await expect(create({ access_key_id: 'x', secret_access_key: 'y', region: 'evil.example/' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining('region'),
  });
  await create({ access_key_id: keys.accessKeyId, secret_access_key: keys.secretAccessKey });
  expect(await execute('AWS_THINGS_CREATE_THING', {})).toMatchObject({ successful: true });
  const { items } = await store.connectedAccounts.list({ projectId: context.projectId, limit: 1 });
  const seen = JSON.stringify([
    items,
    log,
    await operations['sessions.get']({ params: { sessionId: session.sessionId } }, context),
  ]);
  expect(seen).not.toContain(keys.secretAccessKey);
  expect(Buffer.from(items[0]?.credential ?? []).toString('latin1')).not.toContain(keys.secretAccessKey);
});
