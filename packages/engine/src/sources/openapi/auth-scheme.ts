import { isJsonObject } from '@jackfield/json-schema';
import { awsRegionOf } from '../../connections/aws-region.ts';
import type { AuthScheme } from '../../toolkit.ts';
import { type DocumentReader, type OpenApiDocument, stringOf } from './document.ts';
import { plainText } from './tool-text.ts';

/** The security schemes of a document, by their id. */
export function readAuthSchemes(reader: DocumentReader, baseUrl: string | undefined): ReadonlyMap<string, AuthScheme> {
  const schemes = new Map<string, AuthScheme>();
  const components = reader.resolve(reader.document.components);
  const declared = components?.securitySchemes;
  if (!isJsonObject(declared)) return schemes;
  for (const id of Object.keys(declared)) {
    const scheme = reader.resolve(declared[id]);
    if (scheme !== undefined)
      schemes.set(id, readAwsSignature(id, scheme, reader.document, baseUrl) ?? readAuthScheme(id, scheme, baseUrl));
  }
  return schemes;
}

function readAuthScheme(id: string, scheme: OpenApiDocument, baseUrl: string | undefined): AuthScheme {
  const text = plainText(stringOf(scheme.description) ?? '');
  const common = text === '' ? { id } : { id, description: text };
  const kind = String(scheme.type).toLowerCase();
  switch (kind) {
    case 'apikey':
      return readApiKey(common, scheme);
    case 'http': {
      const name = String(scheme.scheme).toLowerCase();
      if (name === 'bearer') return { ...common, mode: 'BEARER_TOKEN' };
      if (name === 'basic') return { ...common, mode: 'BASIC' };
      return { ...common, mode: 'UNSUPPORTED', kind: `http ${name}` };
    }
    case 'oauth2':
      return readOAuth2(common, scheme, baseUrl);
    case 'openidconnect':
      return readOpenIdConnect(common, scheme, baseUrl);
    default:
      return { ...common, mode: 'UNSUPPORTED', kind: stringOf(scheme.type) ?? 'unknown' };
  }
}

/**
 * Documents call it an API key, and tell it by an extension of Amazon API Gateway's
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html).
 */
function readAwsSignature(
  id: string,
  scheme: OpenApiDocument,
  { info }: OpenApiDocument,
  baseUrl: string | undefined,
): AuthScheme | undefined {
  const type = String(scheme['x-amazon-apigateway-authtype']).toLowerCase();
  if (type === 'awssigv2') return { id, mode: 'UNSUPPORTED', kind: 'AWS Signature Version 2' };
  // S3 has a word of its own, and takes the same signatures.
  if (type !== 'awssigv4' && type !== 'awss3') return undefined;
  const { hostname } = new URL(baseUrl ?? 'https://unknown.invalid');
  const named = isJsonObject(info) ? (stringOf(info['x-aws-signingName']) ?? undefined) : undefined;
  // Services of AWS sign by the first word of their host, unless they say otherwise: `sqs.us-east-1.amazonaws.com`.
  const first =
    /^([a-z0-9]+(?:-[a-z0-9]+)*?)(?:[.-](?:[a-z]{2}-[a-z-]+-\d|dualstack|fips).*|)\.amazonaws\.com(?:\.cn)?$/.exec(
      hostname,
    )?.[1];
  const provided = isJsonObject(info) ? stringOf(info['x-serviceName']) : undefined;
  return {
    id,
    mode: 'AWS_SIGV4',
    service: named ?? (hostname.includes('.execute-api.') ? undefined : (first ?? provided)) ?? 'execute-api',
    region: awsRegionOf(hostname) ?? 'us-east-1',
  };
}

interface CommonAuthScheme {
  readonly id: string;
  readonly description?: string;
}

function readApiKey(common: CommonAuthScheme, scheme: OpenApiDocument): AuthScheme {
  const name = stringOf(scheme.name);
  const location = scheme.in;
  if (name === undefined || (location !== 'header' && location !== 'query' && location !== 'cookie')) {
    return { ...common, mode: 'UNSUPPORTED', kind: `apiKey in ${String(location)}` };
  }
  if (location !== 'header' || name.toLowerCase() !== 'authorization') {
    return { ...common, mode: 'API_KEY', in: location, name };
  }
  return readAuthorizationKey(common, scheme);
}

/**
 * A key in the `Authorization` header is often a way to write a bearer token in a format that did not know bearer
 * (Swagger 2.0, from which many documents were converted).
 */
function readAuthorizationKey(common: CommonAuthScheme, scheme: OpenApiDocument): AuthScheme {
  const declared = stringOf(scheme['x-prefix']);
  const hint = `${common.id} ${common.description ?? ''} ${String(scheme['x-bearer-format'] ?? '')}`;
  if (declared?.toLowerCase() === 'bearer') return { ...common, mode: 'BEARER_TOKEN' };
  if (declared !== undefined)
    return { ...common, mode: 'API_KEY', in: 'header', name: 'Authorization', prefix: `${declared} ` };
  if (/bearer/i.test(hint)) return { ...common, mode: 'BEARER_TOKEN' };
  const prefix = authorizationPrefix.exec(common.description ?? '')?.[1];
  return {
    ...common,
    mode: 'API_KEY',
    in: 'header',
    name: 'Authorization',
    ...(prefix === undefined ? {} : { prefix: `${prefix} ` }),
  };
}

/** `Token <key>`, `ApiKey {key}`, `SSWS ${token}`, "Bot YOUR_TOKEN". */
const authorizationPrefix =
  /\b(Token|Bot|Key|ApiKey|Api-Key|APIKEY|SSWS|GenieKey|OAuth)\s+["'`]?(?:<|\{|\$|\[|\(|your|api|token|key|xxx)/i;

function readOAuth2(common: CommonAuthScheme, scheme: OpenApiDocument, baseUrl: string | undefined): AuthScheme {
  const flows = isJsonObject(scheme.flows) ? scheme.flows : {};
  const scopes: Record<string, string> = {};
  for (const flow of Object.values(flows)) {
    if (!isJsonObject(flow) || !isJsonObject(flow.scopes)) continue;
    for (const [scope, text] of Object.entries(flow.scopes)) {
      if (scope !== '__proto__') scopes[scope] = plainText(stringOf(text) ?? '');
    }
  }
  const order = ['authorizationCode', 'implicit', 'clientCredentials', 'password'];
  const flow = order.map((name) => flows[name]).find(isJsonObject) ?? {};
  const grants = [
    ...(isJsonObject(flows.authorizationCode) || isJsonObject(flows.implicit) ? ['authorization_code' as const] : []),
    ...(isJsonObject(flows.clientCredentials) ? ['client_credentials' as const] : []),
  ];
  const authorizationUrl = endpointUrl(flow.authorizationUrl, baseUrl);
  const tokenUrl = endpointUrl(flow.tokenUrl, baseUrl);
  const refreshUrl = endpointUrl(flow.refreshUrl, baseUrl);
  return {
    ...common,
    mode: 'OAUTH2',
    ...(grants.length === 0 ? {} : { grants }),
    ...(authorizationUrl === undefined ? {} : { authorizationUrl }),
    ...(tokenUrl === undefined ? {} : { tokenUrl }),
    ...(refreshUrl === undefined ? {} : { refreshUrl }),
    scopes,
  };
}

const discoveryPath = '/.well-known/openid-configuration';

function readOpenIdConnect(common: CommonAuthScheme, scheme: OpenApiDocument, baseUrl: string | undefined): AuthScheme {
  const url = endpointUrl(scheme.openIdConnectUrl, baseUrl);
  const issuer = url?.endsWith(discoveryPath) ? url.slice(0, -discoveryPath.length) : undefined;
  return { ...common, mode: 'OAUTH2', ...(issuer === undefined ? {} : { issuer }), scopes: {} };
}

function endpointUrl(value: unknown, baseUrl: string | undefined): string | undefined {
  const url = stringOf(value);
  if (url === undefined || !URL.canParse(url, baseUrl)) return undefined;
  const parsed = new URL(url, baseUrl);
  return parsed.protocol === 'https:' || parsed.protocol === 'http:' ? parsed.href : undefined;
}

/**
 * Documents without any security scheme sometimes declare the `Authorization` header as a parameter instead, which
 * OpenAPI says to ignore (3.1 section 4.8.12.2); it still tells how calls are authenticated.
 */
export function schemeOfAuthorizationParameter(parameter: OpenApiDocument): AuthScheme {
  const schema = isJsonObject(parameter.schema) ? parameter.schema : {};
  const samples = [parameter.example, schema.example, schema.default, parameter.description, schema.description];
  const hint = samples.filter((sample) => typeof sample === 'string').join(' ');
  const common = { id: 'authorization' };
  if (/\bbasic\b/i.test(hint) && !/bearer/i.test(hint)) return { ...common, mode: 'BASIC' };
  if (hint === '' || /bearer/i.test(hint)) return { ...common, mode: 'BEARER_TOKEN' };
  return readAuthorizationKey({ ...common, description: plainText(hint) }, {});
}
