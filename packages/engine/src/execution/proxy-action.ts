import { JackfieldError, type ProxyExecuteBody, type ProxyExecuteResponse } from '@jackfield/contract';
import type { Egress, EgressResponse } from '../egress/egress.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import type { Toolkit } from '../toolkit.ts';
import { baseUrlMissing } from '../toolkits/base-url-missing.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import type { Action, Granted } from './action.ts';
import type { HttpRequest } from './http-request.ts';
import type { EngineLimits } from './limits.ts';
import { isJsonType, isTextType, mediaType } from './map-response.ts';
import { redact } from './redact.ts';
import { sendRequest } from './send-request.ts';

/** What records call a proxied request. */
export const proxyTool = 'PROXY_EXECUTE';

/** RFC 9110 section 9.2.2 */
const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

/** RFC 9110 section 9.2.1 */
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Set by the connected account alone. */
const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Cookies are credentials, too. */
const hiddenHeaders: ReadonlySet<string> = new Set(['set-cookie']);

/**
 * A request of the caller's own to a toolkit's API, with the credential of the connected account.
 *
 * A token that is narrowed to tools allows none; one that only reads allows methods that are safe (RFC 9110 section
 * 9.2.1).
 *
 * @throws JackfieldError `UNKNOWN_TOOLKIT`, `TOOL_NOT_ALLOWED`
 */
export function proxyAction(
  { id, scope, narrowing }: OpenSession,
  body: ProxyExecuteBody,
  { egress, limits }: { readonly egress: Egress; readonly limits: EngineLimits },
): Action<ProxyExecuteResponse> {
  const slug = body.toolkitSlug;
  const found = scope.catalog.toolkits.get(slug);
  if (found === undefined) throw unknownToolkit([slug], scope.catalog, scope.toolkits);
  if (!scope.allowsToolkit(slug)) {
    throw new JackfieldError('TOOL_NOT_ALLOWED', {
      message: `The session ${id} leaves the toolkit ${slug} out.`,
      fix: 'Use a toolkit that the session allows, or change the session.',
      details: { toolkit: slug },
    });
  }
  const missing = baseUrlMissing(found);
  if (missing !== undefined) throw missing;
  const { toolkit, noAuth } = found;
  if (narrowing?.tools !== undefined || (narrowing?.readOnly === true && !safeMethods.has(body.method))) {
    throw new JackfieldError('TOOL_NOT_ALLOWED', {
      message: `The token of this call does not allow ${narrowing.tools === undefined ? `${body.method} requests` : 'requests of your own'}.`,
      fix: 'Use a tool that it allows, or make another token for the session if this is meant to be possible.',
      details: { toolkit: slug },
    });
  }
  const { account, ...input } = body;
  return {
    tool: proxyTool,
    toolkit: slug,
    input,
    account: { toolkit, security: 'held', optional: noAuth, named: account },
    repetition: idempotentMethods.has(body.method) ? 'safe' : 'unsafe',
    async perform(granted) {
      const request = buildRequest(toolkit, body, granted);
      const response = await sendRequest(request, {
        egress,
        limits,
        authorization: granted.authorization,
        reauthorization: granted.reauthorization,
        idempotent: idempotentMethods.has(body.method),
        allowedHosts: [new URL(request.url).host],
        signal: granted.signal,
      });
      return { data: toAnswer(response, granted.secrets) };
    },
  };
}

function buildRequest(toolkit: Toolkit, body: ProxyExecuteBody, { authorization }: Granted): HttpRequest {
  const url = resolveEndpoint(toolkit, body.endpoint);
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.8' };
  const hasBody = body.body !== undefined && body.body !== null;
  if (hasBody) headers['content-type'] = typeof body.body === 'string' ? 'text/plain' : 'application/json';
  for (const { name, type, value } of body.parameters ?? []) {
    if (type === 'query') {
      url.searchParams.append(name, value);
      continue;
    }
    const header = name.toLowerCase();
    if (credentialHeaders.has(header) || Object.hasOwn(authorization.headers, header)) {
      throw invalid(`The header ${name} is set by the connected account.`, 'Leave it out.');
    }
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(header) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw invalid(
        `The header ${JSON.stringify(name)} has a name or value that HTTP does not allow.`,
        'Remove line breaks and control characters.',
      );
    }
    headers[header] = value;
  }
  if (hasBody && (body.method === 'GET' || body.method === 'HEAD')) {
    throw invalid(`A ${body.method} request has no body.`, 'Leave the body out, or use another method.');
  }
  return {
    url: url.href,
    method: body.method,
    headers,
    ...(hasBody ? { body: typeof body.body === 'string' ? body.body : JSON.stringify(body.body) } : {}),
  };
}

/** @throws JackfieldError `EGRESS_DENIED` for what leads off the toolkit's host, or from a relative path above its base */
function resolveEndpoint(toolkit: Toolkit, endpoint: string): URL {
  if (toolkit.baseUrl === undefined) {
    throw invalid(`${toolkit.name} has no API that requests could be sent to.`, 'Use its tools.');
  }
  const base = new URL(toolkit.baseUrl);
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(endpoint);
  const prefix = base.href.split(/[?#]/, 1)[0]?.replace(/\/$/, '') ?? '';
  const text = isAbsolute ? endpoint : `${prefix}/${endpoint.replace(/^[/\\]+/, '')}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw invalid(`${JSON.stringify(endpoint)} is not a path or URL.`, 'Send one such as /users/me.');
  const basePath = base.pathname.replace(/\/$/, '');
  const isBelow = url.pathname === basePath || url.pathname.startsWith(`${basePath}/`);
  if (url.origin !== base.origin || (!isAbsolute && !isBelow)) {
    throw new JackfieldError('EGRESS_DENIED', {
      message: `The endpoint leads to ${url.origin}${url.pathname}, which is not below ${prefix}.`,
      fix: `Send a path below ${prefix}, or a URL on ${base.host}.`,
      details: { toolkit: toolkit.slug },
    });
  }
  url.hash = '';
  return url;
}

function toAnswer(response: EgressResponse, secrets: readonly string[]): ProxyExecuteResponse {
  const headers = Object.fromEntries(
    Object.entries(response.headers)
      .filter(([name]) => !hiddenHeaders.has(name))
      .map(([name, value]) => [name, redact(value, secrets)]),
  );
  const answer = { status: response.status, headers };
  const bytes = response.bytes();
  if (bytes.length === 0) return answer;
  const type = mediaType(response);
  if (isJsonType(type)) {
    const text = redact(response.text(), secrets);
    try {
      return { ...answer, data: JSON.parse(text) };
    } catch {
      return { ...answer, data: text };
    }
  }
  if (type !== undefined && isTextType(type)) return { ...answer, data: redact(response.text(), secrets) };
  return {
    ...answer,
    binaryData: {
      contentType: type ?? 'application/octet-stream',
      size: bytes.length,
      content: Buffer.from(bytes).toString('base64'),
    },
  };
}

function invalid(message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_REQUEST', { message, fix });
}
