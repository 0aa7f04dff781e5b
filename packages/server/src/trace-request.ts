import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { CallRecord } from './call-record.ts';

const getter = {
  keys: (headers: Headers) => [...headers.keys()],
  get: (headers: Headers, name: string) => headers.get(name) ?? undefined,
};

/**
 * Answers a request inside a span of kind SERVER, child of the caller's where a propagator is set. Names and
 * attributes are OpenTelemetry's semantic conventions for HTTP; the URL is left out, since a connect link is a secret.
 * Without an OpenTelemetry SDK in the process this does nothing.
 *
 * @param answer resolves with the response's status
 */
export async function traceRequest(request: Request, record: CallRecord, answer: () => Promise<number>): Promise<void> {
  const parent = propagation.extract(context.active(), request.headers, getter);
  const attributes = { 'http.request.method': request.method, 'jackfield.request_id': record.requestId };
  const span = trace
    .getTracer('@jackfield/server')
    .startSpan(request.method, { kind: SpanKind.SERVER, attributes }, parent);
  try {
    const status = await context.with(trace.setSpan(parent, span), answer);
    if (record.route !== undefined) {
      span.updateName(`${request.method} ${record.route}`);
      span.setAttribute('http.route', record.route);
    }
    span.setAttribute('http.response.status_code', status);
    if (record.name !== undefined) span.setAttribute('jackfield.route', record.name);
    if (record.projectId !== undefined) span.setAttribute('jackfield.project_id', record.projectId);
    if (record.errorCode !== undefined) span.setAttribute('error.type', record.errorCode);
    if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  } finally {
    span.end();
  }
}
