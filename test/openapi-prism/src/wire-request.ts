import type { AuthScheme, HttpRequest } from '@jackfield/engine';
import type { SampledDocument } from './documents.ts';
import type { WireRequest } from './prism-check.ts';

/** The request with stand-in credentials for the first way to authenticate, and its body in text. */
export async function wireRequest(
  request: HttpRequest,
  schemes: readonly AuthScheme[],
  credentialParameters: SampledDocument['credentialParameters'] = [],
): Promise<WireRequest> {
  const url = new URL(request.url);
  const headers: Record<string, string> = { ...request.headers };
  // AWS has a name of its own for JSON, which its documents do not know.
  if (headers['content-type']?.startsWith('application/x-amz-json-')) headers['content-type'] = 'application/json';
  const parameters = [...credentialParameters];
  for (const scheme of schemes) {
    if (scheme.mode === 'BEARER_TOKEN' || scheme.mode === 'OAUTH2') headers.authorization = 'Bearer test';
    else if (scheme.mode === 'AWS_SIGV4') headers.authorization = 'AWS4-HMAC-SHA256 test';
    else if (scheme.mode === 'BASIC') headers.authorization = 'Basic dTpw';
    else if (scheme.mode === 'API_KEY' && scheme.in !== 'cookie') parameters.push({ in: scheme.in, name: scheme.name });
  }
  let target = request.url;
  for (const parameter of parameters) {
    if (parameter.in === 'header') headers[parameter.name.toLowerCase()] = 'test';
    else
      target += `${url.search === '' && !target.includes('?') ? '?' : '&'}${encodeURIComponent(parameter.name)}=test`;
  }
  const { body } = request;
  if (body instanceof FormData) {
    const form = new Request('https://api.test', { method: 'POST', body });
    headers['content-type'] = form.headers.get('content-type') ?? '';
    return { method: request.method, url: target, headers, body: await form.text() };
  }
  const text = body instanceof Uint8Array ? Buffer.from(body).toString('latin1') : body;
  return { method: request.method, url: target, headers, body: text };
}
