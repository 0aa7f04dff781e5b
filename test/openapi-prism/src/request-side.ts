import { escapeToken, isJsonObject, parsePointer, resolvePointer } from '@jackfield/json-schema';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * The part of an OpenAPI document that says what requests look like, for some of its operations: without the other
 * operations, without responses, and without the components that are then not reached. Prism takes minutes for the whole
 * of Stripe's document, and a second for this.
 */
export function requestSide(
  document: { readonly [key: string]: unknown },
  operations: readonly { readonly path: string; readonly method: string }[],
): { readonly [key: string]: unknown } {
  // Then parts of any operation can be parts of any other.
  if (JSON.stringify(document).includes('"#/paths/')) return document;
  const allPaths = isJsonObject(document.paths) ? document.paths : {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const { path, method } of operations) {
    const pathItem = isJsonObject(allPaths[path]) ? allPaths[path] : {};
    const kept = paths[path] ?? Object.fromEntries(Object.entries(pathItem).filter(([key]) => !methods.includes(key)));
    paths[path] = kept;
    const operation = pathItem[method.toLowerCase()];
    kept[method.toLowerCase()] = {
      ...(isJsonObject(operation) ? operation : {}),
      responses: { 200: { description: 'OK' } },
    };
  }
  const components: Record<string, Record<string, unknown>> = {};
  const seen = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(visit);
    if (!isJsonObject(node)) return;
    if (typeof node.$ref === 'string') keep(node.$ref);
    Object.values(node).forEach(visit);
  };
  const keep = (reference: string): void => {
    const [root, section, name] = parsePointer(reference) ?? [];
    if (root !== 'components' || section === undefined || name === undefined) return;
    const pointer = `#/components/${escapeToken(section)}/${escapeToken(name)}`;
    if (seen.has(pointer)) return;
    seen.add(pointer);
    const component = resolvePointer(document, pointer);
    components[section] = { ...components[section], [name]: component };
    visit(component);
  };
  visit(paths);
  const declared = isJsonObject(document.components) ? document.components : {};
  return {
    openapi: document.openapi,
    info: document.info,
    security: document.security ?? [],
    paths,
    components: { ...components, securitySchemes: declared.securitySchemes ?? {} },
  };
}
