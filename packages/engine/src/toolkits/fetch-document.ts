import type { Egress } from '../egress/egress.ts';
import type { FetchDocument } from '../sources/toolkit-source.ts';

/** Descriptions of large APIs: Microsoft Graph's is 35 MB. */
export const maxConfiguredDocumentBytes = 100_000_000;
const timeoutMs = 120_000;

/** Gets documents through the engine's only way out. */
export function fetchDocumentThrough(egress: Egress, maxBytes: number): FetchDocument {
  return async (url, { headers, signal }) => {
    const response = await egress.fetch({
      url,
      method: 'GET',
      headers,
      idempotent: true,
      signal,
      timeoutMs,
      maxResponseBytes: maxBytes,
    });
    const { status } = response;
    return { ok: status >= 200 && status < 300, status, url: response.url.href, text: () => response.text() };
  };
}
