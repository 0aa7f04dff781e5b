import { JackfieldError } from '@jackfield/contract';
import { ProtocolError, SdkError, SdkErrorCode, SdkHttpError } from '@modelcontextprotocol/client';
import type { Toolkit } from '../../toolkit.ts';
import { ChallengeError } from './challenge-error.ts';

/** What went wrong first: the SDK wraps what its transport threw. */
export function rootOf(error: unknown): unknown {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof ChallengeError || JackfieldError.isInstance(each)) return each;
  }
  return error;
}

/** Whether the server has forgotten the session of a connection (MCP 2025-11-25, Session Management): nothing was done. */
export function isSessionLost(error: unknown): boolean {
  return (
    (SdkHttpError.isInstance(error) && error.status === 404) ||
    (SdkError.isInstance(error) && error.code === SdkErrorCode.NotConnected)
  );
}

/** Whether a server answered something that is not as MCP has it. */
export function isInvalidResult(error: unknown): boolean {
  return SdkError.isInstance(error) && error.code === SdkErrorCode.InvalidResult;
}

/** Whether a server knows nothing of Streamable HTTP. */
export function speaksOnlySse(error: unknown): boolean {
  return SdkHttpError.isInstance(error) && (error.status === 400 || error.status === 404 || error.status === 405);
}

/** What went wrong with a program before it was asked for anything; what is not about that stays as it is. */
export function toStartFailure(error: unknown, { name, slug }: Toolkit): unknown {
  const isGone =
    SdkError.isInstance(error) &&
    (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.SendFailed);
  if (!isGone) return error;
  return new JackfieldError('UPSTREAM_UNREACHABLE', {
    message: `The program of ${name} ended before it spoke MCP.`,
    fix: 'Run its command by hand to see why; what it writes to its standard error is in the log at the level `debug`.',
    details: { toolkit: slug },
    retryable: false,
    cause: error,
  });
}

/** A failure of the server as ours; a challenge stays one. */
export function toFailure(error: unknown, { name, slug }: Toolkit): unknown {
  if (error instanceof ChallengeError || JackfieldError.isInstance(error)) return error;
  const details = { toolkit: slug };
  if (ProtocolError.isInstance(error)) {
    return new JackfieldError('UPSTREAM_ERROR', {
      message: `${name} answered: ${excerpt(error.message)}${urlsOf(error.data)}`,
      fix: 'If the message names an argument, correct it and call again; otherwise tell the user.',
      details: { ...details, rpcCode: error.code },
    });
  }
  if (SdkHttpError.isInstance(error)) {
    const temporary = error.status === 429 || error.status >= 500;
    return new JackfieldError('UPSTREAM_ERROR', {
      message: `The MCP server of ${name} answered ${error.status}.`,
      fix: temporary ? 'Try again later.' : 'Check the URL of the MCP server, and its transport.',
      details: { ...details, status: error.status },
      retryable: error.status === 429,
    });
  }
  if (SdkError.isInstance(error)) {
    if (error.code === SdkErrorCode.RequestTimeout) {
      return new JackfieldError('TIMEOUT', {
        message: `The MCP server of ${name} did not answer in time.`,
        fix: 'Check whether the call had its effect before repeating it.',
        details,
        retryable: false,
      });
    }
    if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.SendFailed) {
      return new JackfieldError('UPSTREAM_UNREACHABLE', {
        message: `The MCP server of ${name} ended the connection.`,
        fix: 'Check whether the call had its effect before repeating it.',
        details,
        retryable: false,
        cause: error,
      });
    }
  }
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) {
    return new JackfieldError('UPSTREAM_UNREACHABLE', {
      message: `The program of ${name} cannot be started (${error.code}).`,
      fix: 'Check the command, and that it is installed on the machine of the server.',
      details,
      retryable: false,
      cause: error,
    });
  }
  return new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
    message: `The MCP server of ${name} does not speak as MCP has it: ${excerpt(error instanceof Error ? error.message : String(error))}`,
    fix: 'Check that the URL or command is that of an MCP server; otherwise report this to its maintainers.',
    details,
    cause: error,
  });
}

function excerpt(text: string): string {
  const flat = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return flat.length > 500 ? `${flat.slice(0, 499)}…` : flat;
}

/** Of a server that wants its user to open a page (MCP 2025-11-25, URL Elicitation Required). */
function urlsOf(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('elicitations' in data) || !Array.isArray(data.elicitations))
    return '';
  const urls = data.elicitations.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'url' in each && typeof each.url === 'string' ? [each.url] : [],
  );
  return urls.length === 0 ? '' : ` It asks the user to open ${urls.join(' and ')} first.`;
}
