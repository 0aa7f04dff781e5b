import type { OpenApiDocument } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';

/**
 * The document with what is wrong in many of its kind put right: insecure servers first, the two halves of Google's
 * sign-in, operation ids that repeat the service or the path.
 */
export function prepareDocument(name: string, document: OpenApiDocument): OpenApiDocument {
  const safe = preferHttps(document);
  const signed = name.startsWith('googleapis.com/') ? mergeGoogleSignIn(safe) : safe;
  const counts = new Map<string, number>();
  const count = (id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);
  const shorten = (id: string, method: string, path: string) => withoutPath(withoutService(id, name), method, path);
  mapOperations(signed, (operation, method, path) => {
    if (typeof operation.operationId === 'string') count(shorten(operation.operationId, method, path));
    return operation;
  });
  return mapOperations(signed, (operation, method, path) => {
    const { operationId } = operation;
    if (typeof operationId !== 'string') return operation;
    const short = shorten(operationId, method, path);
    return short === operationId || counts.get(short) !== 1 ? operation : { ...operation, operationId: short };
  });
}

/** The first server is used, and credentials go there. */
function preferHttps(document: OpenApiDocument): OpenApiDocument {
  if (!Array.isArray(document.servers)) return document;
  const isSafe = (server: unknown) =>
    isJsonObject(server) && typeof server.url === 'string' && server.url.startsWith('https:');
  return { ...document, servers: document.servers.toSorted((a, b) => Number(isSafe(b)) - Number(isSafe(a))) };
}

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

function mapOperations(
  document: OpenApiDocument,
  change: (operation: OpenApiDocument, method: string, path: string) => OpenApiDocument,
): OpenApiDocument {
  if (!isJsonObject(document.paths)) return document;
  const paths = Object.entries(document.paths).map(([path, item]) => {
    if (!isJsonObject(item)) return [path, item] as const;
    const changed = Object.entries(item).map(
      ([key, value]) => [key, methods.has(key) && isJsonObject(value) ? change(value, key, path) : value] as const,
    );
    return [path, Object.fromEntries(changed)] as const;
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

/** Google's ids begin with the service: `calendar.events.list`. */
function withoutService(operationId: string, name: string): string {
  const service = /^googleapis\.com\/([\w-]+)$/.exec(name)?.[1];
  if (service === undefined) return operationId;
  const first = operationId.split('.')[0] ?? '';
  const rest = operationId.slice(first.length + 1);
  return rest.includes('.') && first.toLowerCase() === service.toLowerCase() ? rest : operationId;
}

/** FastAPI makes ids of the function's name, the path and the method: `get_voices_v1_voices_get`. */
function withoutPath(operationId: string, method: string, path: string): string {
  const suffix = `${path.replace(/\W/g, '_')}_${method}`;
  return operationId.endsWith(suffix) && operationId.length > suffix.length
    ? operationId.slice(0, -suffix.length)
    : operationId;
}

/**
 * Google's documents ask for two OAuth schemes together, one for each flow of OAuth 2.0, with endpoints of long ago. There
 * is one sign-in: https://accounts.google.com/.well-known/openid-configuration.
 */
function mergeGoogleSignIn(document: OpenApiDocument): OpenApiDocument {
  const components = isJsonObject(document.components) ? document.components : {};
  const schemes = isJsonObject(components.securitySchemes) ? components.securitySchemes : {};
  const documented = Object.values(schemes).find((scheme) => isJsonObject(scheme) && scheme.type === 'oauth2');
  if (!isJsonObject(documented)) return document;
  const flows = isJsonObject(documented.flows) ? Object.values(documented.flows) : [];
  const scopes = flows.find(isJsonObject)?.scopes ?? {};
  const authorizationCode = {
    authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenUrl: 'https://oauth2.googleapis.com/token',
    scopes,
  };
  const oauth2 = { type: 'oauth2', description: documented.description, flows: { authorizationCode } };
  const merged = mapOperations(document, (operation) => {
    const needed = Array.isArray(operation.security) ? operation.security.filter(isJsonObject) : [];
    const asked = needed.flatMap((requirement) => Object.values(requirement).flat());
    return needed.some((requirement) => Object.keys(requirement).length > 0)
      ? { ...operation, security: [{ oauth2: [...new Set(asked)] }] }
      : operation;
  });
  return { ...merged, components: { ...components, securitySchemes: { oauth2 } } };
}
