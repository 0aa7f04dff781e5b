import { isJsonObject } from '@jackfield/json-schema';

export interface MendOptions {
  /** Whether an ID token was asked for. One that was not is left out unread. */
  readonly withIdToken: boolean;
}

/**
 * A token response as RFC 6749 section 5 asks for it, made of what services answer in its place: an error with status
 * 200 (GitHub), form encoding, no or another `token_type`, `null` for what is not there, scopes in a list or with
 * commas, an `expires_in` of 0 for a token that lasts.
 */
export async function mendTokenResponse(response: Response, { withIdToken }: MendOptions): Promise<Response> {
  if (response.status !== 200 && response.status !== 201) return response;
  const text = await response.text();
  const body = parse(text, response.headers.get('content-type') ?? '');
  if (body === undefined) return new Response(text, response);
  for (const [name, value] of Object.entries(body)) if (value === null || value === '') delete body[name];
  if (typeof body.access_token !== 'string') {
    return Response.json(body, { status: typeof body.error === 'string' ? 400 : 200 });
  }
  if (!withIdToken) delete body.id_token;
  if (Number(body.expires_in) === 0) delete body.expires_in;
  const type = String(body.token_type).toLowerCase();
  body.token_type = type === 'dpop' || type === 'mac' ? type : 'bearer';
  if (Array.isArray(body.scope)) body.scope = body.scope.join(' ');
  if (typeof body.scope === 'string') body.scope = body.scope.split(/[\s,]+/).join(' ');
  return Response.json(body);
}

function parse(text: string, contentType: string): Record<string, unknown> | undefined {
  if (contentType.includes('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
