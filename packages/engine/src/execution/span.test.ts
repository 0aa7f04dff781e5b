import { type Span, type SpanOptions, type TracerProvider, trace } from '@opentelemetry/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { petsUpstream, testEngine } from '../create-engine.fixture.ts';

const spans: { name: string; attributes: Record<string, unknown>; ended: boolean }[] = [];

const provider: TracerProvider = {
  getTracer: () => ({
    startSpan(name: string, options: SpanOptions = {}): Span {
      const record = { name, attributes: { ...options.attributes } as Record<string, unknown>, ended: false };
      spans.push(record);
      const span: Span = {
        spanContext: () => ({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }),
        setAttribute(key, value) {
          record.attributes[key] = value;
          return span;
        },
        setAttributes: () => span,
        addEvent: () => span,
        addLink: () => span,
        addLinks: () => span,
        setStatus: () => span,
        updateName: () => span,
        end() {
          record.ended = true;
        },
        isRecording: () => true,
        recordException: () => {},
      };
      return span;
    },
    startActiveSpan(name: string, ...rest: unknown[]) {
      const work = rest.at(-1) as (span: Span) => unknown;
      return work(this.startSpan(name, rest.length > 1 ? (rest[0] as SpanOptions) : {})) as never;
    },
  }),
};

beforeAll(() => {
  trace.setGlobalTracerProvider(provider);
});
afterAll(() => trace.disable());

test('a call is a span that says what ran and how it ended, and nothing of what went in or out', async () => {
  const { toolkit } = await petsUpstream();
  const { operations, context } = await testEngine({ toolkits: [toolkit] });
  await operations['connectedAccounts.create'](
    {
      body: { userId: 'ada', toolkit: 'pets', credential: { mode: 'BEARER_TOKEN', token: 'secret-token-of-ada' } },
    },
    context,
  );
  const { sessionId } = await operations['sessions.create']({ body: { userId: 'ada' } }, context);
  const run = (toolSlug: string, args = {}) =>
    operations['sessions.execute']({ params: { sessionId }, body: { toolSlug, arguments: args } }, context);
  await run('PETS_CREATE_PET', { name: 'Rex', kind: 'dog' });
  await run('PETS_CREATE_PET', { name: 'Rex' });
  await expect(run('PETS_NOTHING')).rejects.toThrow();
  expect(spans).toMatchObject([
    {
      name: 'jackfield.execute',
      attributes: {
        'jackfield.tool': 'PETS_CREATE_PET',
        'jackfield.toolkit': 'pets',
        'jackfield.outcome': 'succeeded',
      },
      ended: true,
    },
    { attributes: { 'jackfield.outcome': 'refused', 'jackfield.error_code': 'INVALID_ARGUMENTS' }, ended: true },
    { attributes: { 'jackfield.outcome': 'refused', 'jackfield.error_code': 'UNKNOWN_TOOL' }, ended: true },
  ]);
  expect(JSON.stringify(spans)).not.toMatch(/Rex|secret|ada/);
});
