import { type AuthorizationServer, type ClientAuth, ClientSecretPost, None, PrivateKeyJwt } from 'oauth4webapi';
import { importPrivateKey } from './private-key.ts';

/** Who a token endpoint is asked as. */
export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** PEM. */
  readonly privateKey?: string | undefined;
  /** As configured or registered; otherwise what the server says that it takes. */
  readonly authMethod?: string | undefined;
}

/**
 * How the client proves who it is, the likeliest way first: where neither the server nor the project says which it is,
 * there are two (RFC 6749 section 2.3.1 asks for the first, many services take only the second).
 */
export async function clientAuthentications(
  client: OAuthClient,
  server: AuthorizationServer,
  isDiscovered: boolean,
): Promise<readonly ClientAuth[]> {
  const { clientSecret, privateKey, authMethod } = client;
  const supported = server.token_endpoint_auth_methods_supported;
  const accepted = server.token_endpoint_auth_signing_alg_values_supported;
  if (privateKey !== undefined && (authMethod === 'private_key_jwt' || authMethod === undefined)) {
    return [PrivateKeyJwt(await importPrivateKey(privateKey, accepted))];
  }
  if (clientSecret === undefined || authMethod === 'none') return [None()];
  const basic = clientSecretBasic(clientSecret);
  const post = ClientSecretPost(clientSecret);
  if (authMethod === 'client_secret_post') return [post];
  if (authMethod === 'client_secret_basic') return [basic];
  if (supported !== undefined) {
    return supported.includes('client_secret_basic') || !supported.includes('client_secret_post') ? [basic] : [post];
  }
  // RFC 8414 section 2: where the metadata leaves it out, it is `client_secret_basic`.
  return isDiscovered ? [basic] : [basic, post];
}

/**
 * RFC 6749 section 2.3.1, where as little is encoded as section 2.3.1 permits: servers that do not decode are common, and
 * so are ids and secrets with a hyphen or an underscore, which stay as they are.
 */
function clientSecretBasic(clientSecret: string): ClientAuth {
  return (_server, { client_id: clientId }, _body, headers) => {
    const pair = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
    headers.set('authorization', `Basic ${Buffer.from(pair).toString('base64')}`);
  };
}

function formEncode(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}
