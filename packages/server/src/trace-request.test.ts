import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CallRecord } from './call-record.ts';
import { traceRequest } from './trace-request.ts';

const exporter = new InMemorySpanExporter();

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  propagation.disable();
  context.disable();
});
beforeEach(() => exporter.reset());

const route = '/connect/{token}';

describe('traceRequest', () => {
  test('makes a server span, named by the route and never by the URL', async () => {
    const record: CallRecord = { requestId: 'req_1', unsafe: false };
    await traceRequest(new Request('http://localhost/connect/secret-token'), record, async () => {
      record.route = route;
      record.projectId = 'prj_1';
      return 200;
    });
    const [span] = exporter.getFinishedSpans();
    expect(span?.name).toBe(`GET ${route}`);
    expect(span?.kind).toBe(SpanKind.SERVER);
    expect(span?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': route,
      'http.response.status_code': 200,
      'jackfield.request_id': 'req_1',
      'jackfield.project_id': 'prj_1',
    });
    expect(JSON.stringify(span?.attributes)).not.toContain('secret-token');
  });

  test('continues the trace of the caller, and is the parent of what happens within', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const request = new Request('http://localhost/', { headers: { traceparent } });
    await traceRequest(request, { requestId: 'req_1', unsafe: false }, async () => {
      await Promise.resolve();
      trace.getTracer('test').startSpan('inner').end();
      return 200;
    });
    const [inner, outer] = exporter.getFinishedSpans();
    expect(outer?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(outer?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);
  });

  test('tells a failure of the server from one of the caller', async () => {
    for (const [status, errorCode] of [
      [404, 'NOT_FOUND'],
      [500, 'INTERNAL'],
    ] as const) {
      await traceRequest(
        new Request('http://localhost/'),
        { requestId: 'r', unsafe: false, errorCode },
        async () => status,
      );
    }
    const [notFound, internal] = exporter.getFinishedSpans();
    expect(notFound?.attributes['error.type']).toBe('NOT_FOUND');
    expect(notFound?.status.code).toBe(SpanStatusCode.UNSET);
    expect(internal?.status.code).toBe(SpanStatusCode.ERROR);
  });

  test('ends the span also when answering throws', async () => {
    const record: CallRecord = { requestId: 'r', unsafe: false };
    const answering = traceRequest(new Request('http://localhost/'), record, () => Promise.reject(new Error('broken')));
    await expect(answering).rejects.toThrow('broken');
    expect(exporter.getFinishedSpans()).toHaveLength(1);
  });
});
