import { isJsonObject } from '@jackfield/json-schema';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'];

/**
 * A copy of an OpenAPI document whose paths have no query (`/pricing?currency={currency}`): what stands there becomes
 * query parameters, which is how it goes over the wire. Prism finds no operation by a path with a query.
 */
export function restatePaths(document: { readonly [key: string]: unknown }): { readonly [key: string]: unknown } {
  if (!isJsonObject(document.paths)) return document;
  const paths: Record<string, unknown> = {};
  for (const [path, item] of Object.entries(document.paths)) {
    const [plain = '', query] = path.split('?', 2);
    // Both forms of one path: the plain one keeps it.
    const isRestated = query !== undefined && isJsonObject(item) && document.paths[plain] === undefined;
    if (isRestated)
      paths[plain] = inQuery(item, new Set([...query.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '')));
    else paths[path] = item;
  }
  return { ...document, paths };
}

function inQuery(item: { readonly [key: string]: unknown }, names: ReadonlySet<string>): { [key: string]: unknown } {
  return Object.fromEntries(
    Object.entries(item).map(([key, value]) => {
      if (key === 'parameters') return [key, moved(value, names)];
      return methods.includes(key) && isJsonObject(value)
        ? [key, { ...value, parameters: moved(value.parameters, names) }]
        : [key, value];
    }),
  );
}

function moved(parameters: unknown, names: ReadonlySet<string>): unknown {
  if (!Array.isArray(parameters)) return parameters;
  return parameters.map((parameter) =>
    isJsonObject(parameter) && parameter.in === 'path' && names.has(String(parameter.name))
      ? { ...parameter, in: 'query' }
      : parameter,
  );
}
