import { JackfieldError } from '@jackfield/contract';
import type { Egress } from '../egress/egress.ts';
import type { FetchDocument } from '../sources/toolkit-source.ts';

/** Descriptions of large APIs: Microsoft Graph's is 35 MB. */
const maxConfiguredBytes = 100_000_000;
const configuredTimeoutMs = 120_000;

export interface FetchDocumentLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** Of toolkits that the server is started with: nobody waits. */
export const configuredDocuments: FetchDocumentLimits = {
  maxBytes: maxConfiguredBytes,
  timeoutMs: configuredTimeoutMs,
};

/** Gets documents through the engine's only way out. */
export function fetchDocumentThrough(egress: Egress, { maxBytes, timeoutMs }: FetchDocumentLimits): FetchDocument {
  return async (url, { headers, signal }) => {
    const response = await egress
      .fetch({ url, method: 'GET', headers, idempotent: true, signal, timeoutMs, maxResponseBytes: maxBytes })
      .catch((error: unknown) => {
        if (!JackfieldError.isInstance(error) || error.code !== 'UPSTREAM_RESPONSE_TOO_LARGE') throw error;
        throw new JackfieldError('UPSTREAM_RESPONSE_TOO_LARGE', {
          message: `The document at ${url} is larger than ${maxBytes} bytes.`,
          fix: 'Check the URL, or take a document of a part of the API.',
          details: { maxResponseBytes: maxBytes },
          cause: error,
        });
      });
    const { status } = response;
    return { ok: status >= 200 && status < 300, status, url: response.url.href, text: () => response.text() };
  };
}
