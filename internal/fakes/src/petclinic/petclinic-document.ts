import document from './petclinic.json' with { type: 'json' };

interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly style?: string;
  readonly explode?: boolean;
  readonly schema: {
    readonly type?: string;
    readonly default?: unknown;
    readonly properties?: Readonly<Record<string, unknown>>;
  };
}

/** An operation with its parameters resolved, those of the path included. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly parameter: ParameterObject; readonly pointer: string }[];
  /** Media type to JSON Pointer of the schema. */
  readonly bodies: Readonly<Record<string, string>>;
}

type Loose = { readonly [key: string]: unknown };

export { document as petclinicDocument };

/** Every operation of the document by its id. */
export function readOperations(): ReadonlyMap<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries<Loose>(document.paths)) {
    for (const [method, operation] of Object.entries(item)) {
      if (method === 'parameters' || !isObject(operation)) continue;
      const at = `/paths/${escapeToken(path)}`;
      const operationId = String(operation.operationId);
      const content = isObject(operation.requestBody) ? operation.requestBody.content : undefined;
      operations.set(operationId, {
        operationId,
        method: method.toUpperCase(),
        path,
        parameters: [
          ...readParameters(item.parameters, `${at}/parameters`),
          ...readParameters(operation.parameters, `${at}/${method}/parameters`),
        ],
        bodies: Object.fromEntries(
          Object.keys(isObject(content) ? content : {}).map((mediaType) => [
            mediaType,
            `${at}/${method}/requestBody/content/${escapeToken(mediaType)}/schema`,
          ]),
        ),
      });
    }
  }
  return operations;
}

function* readParameters(list: unknown, at: string): Generator<Operation['parameters'][number]> {
  if (!Array.isArray(list)) return;
  for (const [index, entry] of list.entries()) {
    const reference: unknown = entry.$ref;
    const name = typeof reference === 'string' ? reference.slice('#/components/parameters/'.length) : undefined;
    const shared: Readonly<Record<string, unknown>> = document.components.parameters;
    const parameter = (name === undefined ? entry : shared[name]) as ParameterObject;
    yield {
      parameter,
      pointer: name === undefined ? `${at}/${index}/schema` : `/components/parameters/${name}/schema`,
    };
  }
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** RFC 6901 section 3, inside a URI fragment. */
function escapeToken(token: string): string {
  return encodeURIComponent(token.replaceAll('~', '~0').replaceAll('/', '~1'));
}
