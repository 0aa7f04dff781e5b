import { JackfieldError } from '@jackfield/contract';
import { errors } from 'undici';
import { BodyTooLargeError } from './decode-body.ts';

/** How far a call had come when it failed. */
export type CallProgress = 'connecting' | 'sent' | 'answering';

/** No address of a host may be connected to. */
export class AddressDeniedError extends Error {
  override readonly name = 'AddressDeniedError';
}

/** The answer is longer than the limit. */
export class ResponseTooLargeError extends Error {
  override readonly name = 'ResponseTooLargeError';
}

/** The time for the whole call is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

export interface FailedCall {
  /** Host and port; all that an error says about where a call went. */
  readonly host: string;
  readonly progress: CallProgress;
  /** Whether the call may be repeated although it may have had an effect. */
  readonly idempotent: boolean;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
}

/** Error codes of Node's TLS and of OpenSSL for a certificate that cannot be trusted. */
const certificateError = /CERT|SELF_SIGNED|ISSUER|SIGNATURE|^ERR_TLS/;

/** What the engine throws for a call that failed with `error`. */
export function egressError(error: unknown, call: FailedCall): JackfieldError {
  if (JackfieldError.isInstance(error)) return error;
  const { host } = call;
  const mayRepeat = call.idempotent || call.progress === 'connecting';
  if (error instanceof AddressDeniedError) return addressDenied(host);
  if (error instanceof DeadlineError) {
    return new JackfieldError('TIMEOUT', {
      message: `${host} did not ${call.progress === 'connecting' ? 'accept a connection' : call.progress === 'sent' ? 'answer' : 'finish its answer'} within ${call.timeoutMs} ms.`,
      fix: mayRepeat
        ? 'Try again later, or allow more time.'
        : 'Check whether the call had its effect before repeating it; allow more time.',
      retryable: mayRepeat,
    });
  }
  if (error instanceof ResponseTooLargeError || error instanceof BodyTooLargeError) {
    return new JackfieldError('UPSTREAM_RESPONSE_TOO_LARGE', {
      message: `${host} answered more than ${call.maxResponseBytes} bytes.`,
      fix: 'Ask for less: a smaller page, fewer fields, a narrower filter.',
      details: { maxResponseBytes: call.maxResponseBytes },
    });
  }
  const code = errorCode(error);
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return new JackfieldError('TIMEOUT', {
        message: `${host} did not ${call.progress === 'connecting' ? 'accept a connection' : 'answer'} in time.`,
        fix: 'Check that the service runs and can be reached from here, then try again.',
        retryable: mayRepeat,
        cause: error,
      });
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'ENODATA':
      return unreachable(`The host name ${host} cannot be resolved`, 'Check the URL and the DNS of this machine.');
    case 'ECONNREFUSED':
      return unreachable(`${host} refused the connection`, 'Check the URL, and that the service runs.');
    case 'UND_ERR_INVALID_ARG':
      return new JackfieldError('INVALID_REQUEST', {
        message: `The request to ${host} cannot be sent: ${error instanceof Error ? error.message : ''}.`,
        fix: 'Remove line breaks and other control characters from header values and paths.',
      });
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return new JackfieldError('UNAVAILABLE', {
        message: `The call to ${host} was not made or not finished because Jackfield is shutting down.`,
        fix: mayRepeat ? 'Try again.' : 'Check whether the call had its effect before repeating it.',
        retryable: mayRepeat,
        cause: error,
      });
    case 'UND_ERR_HEADERS_OVERFLOW':
      return new JackfieldError('UPSTREAM_RESPONSE_TOO_LARGE', {
        message: `${host} answered with too many or too long headers.`,
        fix: 'Report this to the maintainers of the service.',
      });
  }
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
    return new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
      message: `What ${host} answered is not valid HTTP.`,
      fix: 'Check that the URL (scheme, host and port) is that of the service.',
      // Without the cause: it holds a part of the answer.
    });
  }
  if (call.progress === 'answering') {
    return new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
      message: `${host} closed the connection in the middle of its answer.`,
      fix: mayRepeat ? 'Try again.' : 'Check whether the call had its effect before repeating it.',
      cause: error,
    });
  }
  if (code !== undefined && certificateError.test(code)) {
    return unreachable(
      `The TLS certificate of ${host} cannot be trusted (${code})`,
      'Renew or correct the certificate; a private authority is trusted through NODE_EXTRA_CA_CERTS.',
      false,
    );
  }
  if (code !== undefined && (code === 'EPROTO' || code.startsWith('ERR_SSL'))) {
    return unreachable(`${host} does not speak TLS on this port`, 'Check the scheme and the port of the URL.', false);
  }
  return call.progress === 'connecting'
    ? unreachable(
        `${host} cannot be reached${code === undefined ? '' : ` (${code})`}`,
        'Check the URL and the network.',
      )
    : unreachable(
        `${host} closed the connection without an answer`,
        mayRepeat ? 'Try again later.' : 'Check whether the call had its effect before repeating it.',
        mayRepeat,
      );

  function unreachable(message: string, fix: string, retryable = true): JackfieldError {
    return new JackfieldError('UPSTREAM_UNREACHABLE', { message: `${message}.`, fix, retryable, cause: error });
  }
}

export function addressDenied(host: string): JackfieldError {
  return new JackfieldError('EGRESS_DENIED', {
    message: `${host} is in a private or reserved network, where tools may not connect.`,
    fix: 'Correct the URL. If tools are meant to reach this network, allow it: `allowPrivateNetwork: true`, on the command line --allow-private-network.',
  });
}

/** The code of an error; of one that stands for several attempts, that of the first. */
function errorCode(error: unknown): string | undefined {
  if (error instanceof AggregateError && error.errors.length > 0) return errorCode(error.errors[0]);
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
