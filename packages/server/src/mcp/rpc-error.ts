import type { JackfieldError } from '@jackfield/contract';
import { INVALID_REQUEST, PARSE_ERROR } from '@modelcontextprotocol/server';

/** JSON-RPC 2.0 section 5.1: the server's own errors. */
const serverError = -32_000;

/** The answer to a request that does not get as far as the protocol. */
export function rpcErrorAnswer(
  error: JackfieldError,
  options: { readonly requestId: string; readonly code?: number; readonly headers?: Readonly<Record<string, string>> },
): Response {
  const { code, status, message, fix, details, retryable } = error;
  const data = {
    code,
    ...(fix === undefined ? {} : { fix }),
    ...(details === undefined ? {} : { details }),
    retryable,
    requestId: options.requestId,
  };
  return new Response(
    JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: options.code ?? serverError, message, data } }),
    { status, headers: { 'content-type': 'application/json', ...options.headers } },
  );
}

export const rpcCodes = { serverError, parseError: PARSE_ERROR, invalidRequest: INVALID_REQUEST } as const;
