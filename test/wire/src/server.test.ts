import { routes } from '@jackfield/contract';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  requirement('server.health', async () => {
    expect((await wire().send('GET', '/healthz', { key: '' })).body).toEqual({ status: 'ok' });
    expect((await wire().send('GET', '/readyz', { key: '' })).body).toEqual({ status: 'ready' });
    const root = await wire().send('GET', '/', { key: '' });
    expect(root.body).toMatchObject({ name: 'Jackfield', api: '/v1', openapi: '/openapi.json' });
  });

  requirement('server.document', async () => {
    const { body } = await wire().send('GET', '/openapi.json', { key: '' });
    const result = await new Validator().validate(structuredClone(body));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    const described = Object.entries<object>(body.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(
      Object.values(routes)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    );
    expect(new URL(body.servers[0].url, `${wire().publicUrl}/openapi.json`).href).toBe(`${wire().publicUrl}/v1`);
  });
});
