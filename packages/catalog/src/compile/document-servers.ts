import type { OpenApiDocument } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';

/** Hosts that keep documents of others' APIs, and those of portals where documents are read. */
const documentHosts = /^(?:docs|developer|raw|www\.postman|gist)\.|github(?:usercontent)?\.(?:com|io)$|^wiremock\.org$/;

/**
 * Where the document of an API was found: what its relative servers are relative to (OpenAPI 3.1 section 4.8.5).
 * Undefined when it was found at some place that is not the API's.
 */
export function documentUrlOf(document: OpenApiDocument): string | undefined {
  const info = isJsonObject(document.info) ? document.info : {};
  const origins = Array.isArray(info['x-origin']) ? info['x-origin'] : [];
  for (const origin of origins.toReversed()) {
    const url = isJsonObject(origin) && typeof origin.url === 'string' ? origin.url : '';
    if (!/^https?:/.test(url) || !URL.canParse(url)) continue;
    const isPortal = documentHosts.test(new URL(url).hostname) && !url.includes('developer.nrel.gov');
    if (!isPortal) return url;
  }
  return undefined;
}

/** Whether it can be told where the API is. */
export function hasServer(document: OpenApiDocument): boolean {
  if (documentUrlOf(document) !== undefined) return true;
  const servers = Array.isArray(document.servers) ? document.servers : [];
  return servers.some((server) => isJsonObject(server) && /^(?:https?:)?\/\/[^/]/.test(String(server.url)));
}

/** Where a service is whose document names no server, because everybody has an own one (RFC 6761 section 6.4). */
export function placeholderUrl(slug: string): string {
  return `https://${slug.replaceAll('_', '-')}.invalid`;
}

/** Hosts that stand for the user's own server: nothing answers there. */
export function isPlaceholder(baseUrl: string): boolean {
  const { hostname } = new URL(baseUrl);
  return (
    /\.(?:local|invalid)$/.test(hostname) ||
    // `server.shop.app` is the real one of the app Shop.
    /^(?:localhost|server\.(?!shop\.app$)|your[-.]|virtserver\.swaggerhub\.com$|polls\.apiblueprint\.org$)|(?:^|\.)example\.(?:com|org)$/.test(
      hostname,
    ) ||
    /^(?:127|10|192\.168)\./.test(hostname)
  );
}
