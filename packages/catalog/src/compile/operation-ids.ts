import type { OpenApiDocument, OpenApiOperation } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** Finds operations of another document of the same API, by operation id or by method and path. */
export class OperationLookup {
  readonly #name: string;
  readonly #byId = new Set<string>();
  readonly #byPath = new Map<string, string>();

  constructor(name: string, document: OpenApiDocument) {
    this.#name = name;
    for (const [path, item] of Object.entries(isJsonObject(document.paths) ? document.paths : {})) {
      if (!isJsonObject(item)) continue;
      for (const method of methods) {
        const operation = item[method];
        if (!isJsonObject(operation)) continue;
        const operationId =
          typeof operation.operationId === 'string' && operation.operationId !== '' ? operation.operationId : undefined;
        const key = operationId ?? `${method} ${path}`;
        if (operationId !== undefined) this.#byId.add(operationId);
        this.#byPath.set(shapeOf(method, path), key);
      }
    }
  }

  /** `<document>:<operation>`, if the document has it. */
  find(operation: OpenApiOperation): string | undefined {
    const key =
      operation.operationId !== undefined && this.#byId.has(operation.operationId)
        ? operation.operationId
        : this.#byPath.get(shapeOf(operation.method, operation.path));
    return key === undefined ? undefined : `${this.#name}:${key}`;
  }
}

/** Without the names of parameters, and a slash at the end. */
function shapeOf(method: string, path: string): string {
  return `${method.toLowerCase()} ${path.replace(/\{[^{}]*\}/g, '{}').replace(/\/+$/, '')}`;
}
