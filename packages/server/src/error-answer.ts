import { JackfieldError, type SerializedError } from '@jackfield/contract';

/** What the answer to a failed request depends on, beside the error. */
export interface ErrorAnswerOptions {
  readonly requestId: string;
  /** Sending the same request again may do its work twice. */
  readonly unsafe: boolean;
}

/** How a dialect says an error: its own names beside or in place of those of the contract. */
export type SayError = (error: SerializedError) => Readonly<Record<string, unknown>>;

/** The error to answer with for whatever was thrown. What is not ours becomes `INTERNAL` and keeps its cause. */
export function toAnswerableError(thrown: unknown, signal: AbortSignal): JackfieldError {
  if (JackfieldError.isInstance(thrown)) return thrown;
  if (signal.aborted) {
    return new JackfieldError('ABORTED', { message: 'The caller closed the connection.', cause: thrown });
  }
  return new JackfieldError('INTERNAL', {
    message: 'Something went wrong inside Jackfield.',
    fix: 'Look for the request id in the log of the server, which has the details.',
    cause: thrown,
  });
}

/** The HTTP answer that says what went wrong. Never holds a stack or a cause. */
export function errorAnswer(error: JackfieldError, options: ErrorAnswerOptions, sayError: SayError = asIs): Response {
  const { requestId: _, ...serialized } = sayError(error.toJSON());
  const { message = error.message } = serialized;
  const headers = new Headers({ 'content-type': 'application/json' });
  // Clients repeat 408, 409, 429 and 5xx on their own, also a POST, unless told not to.
  if (options.unsafe || !error.retryable) headers.set('x-should-retry', 'false');
  if (error.status === 401) headers.set('www-authenticate', 'Bearer realm="jackfield"');
  const allow = error.details?.allow;
  if (error.code === 'METHOD_NOT_ALLOWED' && Array.isArray(allow)) headers.set('allow', allow.join(', '));
  return new Response(JSON.stringify({ message, error: { ...serialized, request_id: options.requestId } }), {
    status: error.status,
    headers,
  });
}

function asIs(error: SerializedError): Readonly<Record<string, unknown>> {
  return { ...error };
}
