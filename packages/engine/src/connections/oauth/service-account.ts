import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import { importPrivateKey } from './private-key.ts';

/** The key file of a Google service account, as far as it is needed. */
export interface ServiceAccountKey {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly privateKeyId: string | undefined;
  readonly tokenUri: string | undefined;
}

/** @throws JackfieldError `INVALID_REQUEST`; nothing of the key is in the message */
export function readServiceAccountKey(text: string): ServiceAccountKey {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw invalidKey('is not JSON');
  }
  if (!isJsonObject(file)) throw invalidKey('is not a JSON object');
  const { client_email: clientEmail, private_key: privateKey, private_key_id: id, token_uri: tokenUri } = file;
  if (typeof clientEmail !== 'string' || typeof privateKey !== 'string') {
    throw invalidKey('has no `client_email` or no `private_key`');
  }
  return {
    clientEmail,
    privateKey,
    privateKeyId: typeof id === 'string' ? id : undefined,
    tokenUri: typeof tokenUri === 'string' ? tokenUri : undefined,
  };
}

export interface AssertionOptions {
  readonly scopes: readonly string[];
  readonly audience: string;
  readonly subject: string | undefined;
  readonly now: Date;
}

const lifetimeSeconds = 3600;

/** A signed assertion with which the account asks for a token (RFC 7523 section 2.1, with Google's `scope` claim). */
export async function signAssertion(key: ServiceAccountKey, options: AssertionOptions): Promise<string> {
  const issuedAt = Math.floor(options.now.getTime() / 1000);
  const header = { alg: 'RS256', typ: 'JWT', ...(key.privateKeyId === undefined ? {} : { kid: key.privateKeyId }) };
  const claims = {
    iss: key.clientEmail,
    aud: options.audience,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    ...(options.scopes.length === 0 ? {} : { scope: options.scopes.join(' ') }),
    ...(options.subject === undefined ? {} : { sub: options.subject }),
  };
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  const privateKey = await importPrivateKey(key.privateKey, ['RS256']);
  const signature = await crypto.subtle.sign(privateKey.algorithm, privateKey, new TextEncoder().encode(signed));
  return `${signed}.${base64url(new Uint8Array(signature))}`;
}

function base64url(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}

function invalidKey(why: string): JackfieldError {
  return new JackfieldError('INVALID_REQUEST', {
    message: `The key of the service account ${why}.`,
    fix: 'Give the whole JSON file that Google Cloud made for the key.',
  });
}
