import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import { OperationProcessingError, ResponseBodyError, WWWAuthenticateChallengeError } from 'oauth4webapi';
import { redact } from '../../execution/redact.ts';

/** The error of RFC 6749 section 5.2 and its extensions, with which a client is at fault and not a grant. */
const clientFaults: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
  'invalid_redirect_uri',
  'invalid_client_metadata',
  'invalid_software_statement',
  'unapproved_software_statement',
]);

const passingFaults: ReadonlySet<unknown> = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/** A text of another's, fit to be put into a sentence: short, on one line, without our secrets. */
export function foreignText(text: string, secrets: readonly string[] = []): string {
  return redact(text, secrets)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)
    .replace(/[.\s]+$/, '');
}

/**
 * What went wrong at an authorization server. `AUTHORIZATION_FAILED` has in its details `error` (the server's own code,
 * when it gave one) and `status`.
 */
export function authorizationFailure(thrown: unknown, host: string, secrets: readonly string[]): JackfieldError {
  if (JackfieldError.isInstance(thrown)) return thrown;
  if (thrown instanceof ResponseBodyError) {
    const error = foreignText(thrown.error, secrets);
    const description = foreignText(thrown.error_description ?? '', secrets);
    return answered(host, thrown.status, error, description);
  }
  if (thrown instanceof WWWAuthenticateChallengeError) {
    const parameters = thrown.cause.map((challenge) => challenge.parameters);
    const error = parameters.map((each) => each.error).find((each) => each !== undefined);
    return answered(host, thrown.status, foreignText(error ?? 'invalid_client', secrets), '');
  }
  if (thrown instanceof OperationProcessingError) {
    // The cause of an answer with another status than expected is the answer.
    const status = thrown.cause instanceof Response ? thrown.cause.status : undefined;
    if (status !== undefined) return answered(host, status, undefined, '');
    return new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
      message: `${host} did not answer as OAuth 2.0 asks for: ${foreignText(thrown.message, secrets)}.`,
      fix: 'Check the URLs of the auth config.',
    });
  }
  return new JackfieldError('AUTHORIZATION_FAILED', {
    message: `${host} cannot be used as it is configured: ${foreignText(thrown instanceof Error ? thrown.message : String(thrown), secrets)}.`,
    fix: 'Check the URLs of the auth config.',
  });
}

function answered(host: string, status: number, error: string | undefined, description: string): JackfieldError {
  const said = [error, description].filter((text) => text !== undefined && text !== '').join(': ');
  const details = { status, ...(error === undefined ? {} : { error }) };
  if (status >= 500 || status === 429 || status === 408 || passingFaults.has(error)) {
    return new JackfieldError('UPSTREAM_ERROR', {
      message: `${host} cannot answer at the moment (status ${status}${said === '' ? '' : `, ${said}`}).`,
      fix: 'Try again in a moment.',
      details,
      retryable: true,
    });
  }
  return new JackfieldError('AUTHORIZATION_FAILED', {
    message: `${host} refused (${said === '' ? `status ${status}` : said}).`,
    fix:
      clientFaults.has(error) || said === ''
        ? 'Check the client, the scopes and the URLs of the auth config.'
        : 'Have the user connect the account again.',
    details,
  });
}

/** Whether asking again later may help, with the same client and grant. */
export function isPassing(error: JackfieldError): boolean {
  switch (error.code) {
    case 'TIMEOUT':
    case 'UNAVAILABLE':
    case 'UPSTREAM_UNREACHABLE':
    case 'UPSTREAM_INVALID_RESPONSE':
    case 'UPSTREAM_RESPONSE_TOO_LARGE':
      return true;
    default:
      return error.retryable;
  }
}

/** Whether the server said no to the grant: what the user gave is of no use any more. */
export function isGrantRefused({ code, details }: JackfieldError): boolean {
  if (code !== 'AUTHORIZATION_FAILED' || !isJsonObject(details)) return false;
  const { error, status } = details;
  if (error !== undefined) return !clientFaults.has(error);
  return status === 400 || status === 401 || status === 403;
}
