import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { petclinicDocument, readOperations } from './petclinic-document.ts';
import { type Petclinic, startPetclinic } from './start-petclinic.ts';

let petclinic: Petclinic;
beforeAll(async () => {
  petclinic = await startPetclinic();
});
afterAll(() => petclinic.close());

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema(petclinicDocument, 'petclinic');
const operations = [...readOperations().values()];
const called = new Set<string>();

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the shape, which call() has checked.
  body: any;
}

/** Calls the API and holds its answer against the document. */
async function call(
  method: string,
  path: string,
  init: RequestInit & { json?: unknown; user?: string } = {},
): Promise<Answer> {
  const { json, user = 'anna', ...rest } = init;
  const response = await fetch(`${petclinic.url}/v1${path}`, {
    ...rest,
    method,
    headers: {
      authorization: `Bearer ${petclinic.token(user)}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(rest.headers as Record<string, string>),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const pathname = path.split('?')[0] ?? path;
  const fits = operations
    .filter((operation) => operation.method === method)
    .filter((operation) => new RegExp(`^${operation.path.replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(pathname))
    .sort((a, b) => a.path.split('{').length - b.path.split('{').length)[0];
  if (fits === undefined) throw new Error(`no operation for ${method} ${path}`);
  called.add(fits.operationId);
  const type = response.headers.get('content-type')?.split(';')[0];
  const body = type === 'application/json' ? await response.json() : new Uint8Array(await response.arrayBuffer());
  const documented = describeResponse(fits, response.status);
  expect(documented, `${fits.operationId} answers an undocumented ${response.status}`).toBeDefined();
  if (type === undefined) {
    expect(documented?.content).toBeUndefined();
  } else {
    const schema = documented?.content?.[type]?.schema;
    expect(schema, `${fits.operationId} answers an undocumented ${type}`).toBeDefined();
    if (type === 'application/json') {
      const validate = ajv.compile({ ...absolute(schema), unevaluatedProperties: false });
      expect(validate(body), `${fits.operationId}: ${ajv.errorsText(validate.errors)}`).toBe(true);
    }
  }
  return { status: response.status, headers: response.headers, body };
}

interface ResponseObject {
  content?: Record<string, { schema: object }>;
}

function describeResponse(operation: (typeof operations)[number], status: number): ResponseObject | undefined {
  const paths: Record<string, Record<string, unknown>> = petclinicDocument.paths;
  const described = paths[operation.path]?.[operation.method.toLowerCase()] as {
    responses: Record<string, ResponseObject & { $ref?: string }>;
  };
  const response = described.responses[status];
  const name = response?.$ref?.slice('#/components/responses/'.length);
  const shared: Record<string, ResponseObject> = petclinicDocument.components.responses;
  return name === undefined ? response : shared[name];
}

function absolute(schema: object | undefined): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"petclinic#/'));
}

test('is described by a valid OpenAPI 3.1 document', async () => {
  const result = await new Validator().validate(structuredClone(petclinicDocument));
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
  const served = await fetch(`${petclinic.url}/openapi.json`);
  expect(await served.json()).toEqual({ ...petclinicDocument, servers: [{ url: `${petclinic.url}/v1` }] });
});

test('is up without a token, and refuses everything else without one', async () => {
  expect(await (await fetch(`${petclinic.url}/v1/health`)).json()).toEqual({ status: 'ok' });
  called.add('getHealth');
  for (const authorization of ['', 'Bearer wrong', petclinic.token('anna')]) {
    const answer = await call('GET', '/pets', { headers: { authorization } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  }
});

test('shows a user only the data of their own clinic', async () => {
  expect((await call('GET', '/clinic')).body.name).toBe('Lakeside Clinic');
  const names = async (user: string): Promise<string[]> =>
    (await call('GET', '/pets?limit=100', { user })).body.items.map((pet: { name: string }) => pet.name);
  expect(await names('anna')).toEqual(['Luna', 'Miso', 'Pip']);
  expect(await names('ben')).toHaveLength(46);
  expect(await names('someone-new')).toEqual([]);
});

test('pages through a list to its end', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer = await call('GET', `/pets?species=bird&limit=20${cursor === null ? '' : `&cursor=${cursor}`}`, {
      user: 'ben',
    });
    seen.push(...page.body.items.map((pet: { id: string }) => pet.id));
    cursor = page.body.nextCursor;
  } while (cursor !== null);
  expect(seen).toHaveLength(45);
  expect(new Set(seen).size).toBe(45);
  expect((await call('GET', '/pets?cursor=zzzz')).body.error.fields[0].path).toBe('cursor');
});

describe('filters', () => {
  test('by repeated, comma-separated, pipe-separated and bracketed parameters', async () => {
    expect((await call('GET', '/pets?species=dog&species=bird')).body.items).toHaveLength(2);
    expect((await call('GET', '/owners?tags=vip&tags=newsletter')).body.items).toHaveLength(1);
    expect((await call('GET', '/vets?specialties=surgery,exotics')).body.items).toHaveLength(2);
    expect((await call('GET', '/visits?status=scheduled%7Ccompleted')).body.items).toHaveLength(1);
    const before = encodeURIComponent('2026-01-01T00:00:00Z');
    expect((await call('GET', `/visits?scheduled%5Buntil%5D=${before}`)).body.items).toEqual([]);
  });

  test('and names a parameter that is wrong', async () => {
    const answer = await call('GET', '/pets?species=fish&limit=0');
    expect(answer.status).toBe(422);
    expect(answer.body.error.fields).toEqual([
      { path: 'species/0', message: 'must be one of cat, dog, rabbit, bird, reptile, other' },
      { path: 'limit', message: 'must be >= 1' },
    ]);
    expect((await call('GET', '/vets/vet_1/slots')).body.error.fields).toEqual([
      { path: 'date', message: 'is required' },
    ]);
    expect((await call('GET', '/visits?scheduled%5Bsince%5D=x')).status).toBe(422);
  });
});

test('keeps owners: adds, changes, refuses duplicates and bad fields, removes', async () => {
  const user = 'owner-test';
  const created = await call('POST', '/owners', {
    user,
    json: { name: 'Ida', email: 'ida@example.com', address: { street: 'A 1', city: 'Bern', country: 'CH' } },
  });
  expect(created).toMatchObject({ status: 201, body: { id: 'owner_1', phone: null, tags: [] } });
  expect((await call('POST', '/owners', { user, json: { name: 'B', email: 'ida@example.com' } })).status).toBe(409);
  const wrong = await call('POST', '/owners', {
    user,
    json: { email: 'x', address: { street: '', city: 'B' }, age: 3 },
  });
  expect(wrong.status).toBe(422);
  expect(wrong.body.error.fields.map((field: { path: string }) => field.path).sort()).toEqual([
    '/address/country',
    '/address/street',
    '/age',
    '/email',
    '/name',
  ]);
  expect(
    (await call('POST', '/owners', { user, body: '{', headers: { 'content-type': 'application/json' } })).status,
  ).toBe(422);
  expect((await call('PATCH', '/owners/owner_1', { user, json: { phone: '+41 44 000 00 00' } })).body.phone).toBe(
    '+41 44 000 00 00',
  );
  expect((await call('GET', '/owners/owner_1', { user })).body.name).toBe('Ida');
  expect((await call('DELETE', '/owners/owner_1', { user })).status).toBe(204);
  expect((await call('GET', '/owners/owner_1', { user })).status).toBe(404);
  expect((await call('DELETE', '/owners/owner_1')).status).toBe(409);
});

test('keeps pets: PUT twice is the same as once', async () => {
  const created = await call('POST', '/pets', { json: { ownerId: 'owner_2', name: 'Zoe', species: 'rabbit' } });
  expect(created.status).toBe(201);
  const path = `/pets/${created.body.id}`;
  const json = { ownerId: 'owner_2', name: 'Zoë', species: 'rabbit', weightKg: 1.9, chipNumber: '756098100000099' };
  const first = await call('PUT', path, { json });
  expect(await call('PUT', path, { json }).then(({ body }) => body)).toEqual(first.body);
  expect((await call('POST', '/pets', { json })).status).toBe(409);
  expect((await call('POST', '/pets', { json: { ...json, ownerId: 'owner_99' } })).body.error.fields[0].path).toBe(
    '/ownerId',
  );
  expect((await call('PUT', path, { json: { ...json, colour: 'grey' } })).body.error.fields[0].path).toBe('/colour');
  expect((await call('GET', path)).body).toEqual(first.body);
  expect((await call('DELETE', path)).status).toBe(204);
});

test('stores a photo byte for byte, and files of a form', async () => {
  const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 255, 10, 13]);
  expect((await call('GET', '/pets/pet_1/photo')).status).toBe(404);
  const headers = { 'content-type': 'image/png' };
  expect((await call('PUT', '/pets/pet_1/photo', { body: bytes, headers })).status).toBe(204);
  expect((await call('GET', '/pets/pet_1/photo')).body).toEqual(bytes);
  expect(
    (await call('PUT', '/pets/pet_1/photo', { body: 'x', headers: { 'content-type': 'text/plain' } })).status,
  ).toBe(415);
  const form = new FormData();
  form.set('file', new File([bytes], 'paw.png', { type: 'image/png' }));
  form.set('kind', 'x-ray');
  expect((await call('POST', '/pets/pet_1/attachments', { body: form })).body).toMatchObject({
    fileName: 'paw.png',
    sizeBytes: 8,
  });
  form.set('kind', 'poem');
  expect((await call('POST', '/pets/pet_1/attachments', { body: form })).status).toBe(422);
  expect((await call('GET', '/pets/pet_1/attachments')).body.items).toHaveLength(1);
});

test('leads a visit from a free slot to a paid invoice', async () => {
  expect((await call('GET', '/vets/vet_1/slots?date=2026-06-06')).body.slots).toEqual([]);
  const { slots } = (await call('GET', '/vets/vet_2/slots?date=2026-06-06')).body;
  expect(slots).toHaveLength(8);
  const json = { petId: 'pet_1', vetId: 'vet_2', scheduledAt: slots[0], reason: 'limps', contact: { method: 'phone' } };
  const visit = (await call('POST', '/visits', { json })).body;
  expect(visit).toMatchObject({ status: 'scheduled', priority: 'routine', invoiceId: null });
  expect((await call('POST', '/visits', { json })).status).toBe(409);
  expect((await call('DELETE', '/pets/pet_1')).status).toBe(409);
  const outcome = { notes: 'Sprain.', lines: [{ description: 'Bandage', unitPriceCents: 1500 }] };
  const done = (await call('POST', `/visits/${visit.id}/complete`, { json: outcome })).body;
  expect((await call('POST', `/visits/${visit.id}/cancel`)).status).toBe(409);
  expect((await call('GET', `/visits/${visit.id}`)).body).toEqual(done);

  const path = `/invoices/${done.invoiceId}`;
  expect((await call('GET', path)).body).toMatchObject({ totalCents: 1500, status: 'open' });
  const pay = (amountCents: string, key: string): Promise<Answer> =>
    call('POST', `${path}/pay`, {
      body: new URLSearchParams({ method: 'card', amountCents }),
      headers: { 'idempotency-key': key },
    });
  expect((await pay('1', 'a')).status).toBe(409);
  expect((await pay('much', 'a')).body.error.fields).toEqual([{ path: '/amountCents', message: 'must be integer' }]);
  const paid = await pay('1500', 'b');
  expect(paid.body.status).toBe('paid');
  expect((await pay('1500', 'b')).body).toEqual(paid.body);
  expect((await pay('1500', 'c')).status).toBe(409);
  expect((await call('GET', '/invoices?status=paid')).body.items).toHaveLength(1);
  const pdf = new TextDecoder().decode((await call('GET', `${path}/pdf`)).body);
  expect(pdf).toMatch(/^%PDF-1\.4[\s\S]*15\.00 EUR[\s\S]*%%EOF\n$/);
});

test('cancels twice without complaint, and frees the slot', async () => {
  const json = { petId: 'pet_2', vetId: 'vet_2', scheduledAt: '2026-06-07T08:00:00Z', reason: 'sneezes' };
  const { id } = (await call('POST', '/visits', { json })).body;
  expect((await call('POST', `/visits/${id}/cancel`)).body.status).toBe('cancelled');
  expect((await call('POST', `/visits/${id}/cancel`)).body.status).toBe('cancelled');
  expect((await call('GET', '/vets/vet_2/slots?date=2026-06-07')).body.slots).toContain('2026-06-07T08:00:00Z');
});

test('limits reports to three a second and says when to come back', async () => {
  const user = 'ben';
  const answers = [];
  for (let count = 0; count < 4; count++) answers.push(await call('GET', '/reports/revenue', { user }));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 429]);
  expect(answers[3]?.headers.get('retry-after')).toBe('1');
  const csv = new TextDecoder().decode((await call('GET', '/reports/pets.csv', { user })).body);
  expect(csv.split('\r\n').slice(0, 2)).toEqual(['id,name,species,ownerId', 'pet_1,"Rex",dog,owner_1']);
});

test('logs who asked what', async () => {
  await call('GET', '/vets/vet_9', { user: 'ben' });
  expect(petclinic.requests.at(-1)).toMatchObject({
    method: 'GET',
    path: '/v1/vets/vet_9',
    headers: { authorization: `Bearer ${petclinic.token('ben')}` },
    user: 'ben',
    status: 404,
  });
});

test('the tests above call every operation', () => {
  const all = operations.map((operation) => operation.operationId);
  expect(all.filter((id) => !called.has(id))).toEqual([]);
  expect(all).toHaveLength(30);
});
