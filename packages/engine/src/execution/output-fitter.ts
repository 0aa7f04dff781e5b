import type { JsonObject } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { ErrorObject } from 'ajv';
import type { JsonSchema } from '../toolkit.ts';
import { SchemaCompiler } from './schema-compiler.ts';

/** A result beside the output schema of its tool. */
export type StructuredOutput =
  /** The tool has no output schema. */
  | { readonly kind: 'unspecified' }
  /** What fits the schema: the data, less what {@link OutputFitter} may take away. */
  | { readonly kind: 'fits'; readonly value: JsonObject }
  /** `issue` says where the data first differs from what the schema promises. */
  | { readonly kind: 'differs'; readonly issue: string };

const rememberedSchemas = 200;

/** Each pass may uncover what was hidden by what it took away. */
const passesAtMost = 5;

/**
 * Fits the results of tools to their output schemas. Services answer `null` where their documents know no null, and
 * fields that their documents do not name: both are taken away, which changes nothing that the schema speaks of. No value
 * is changed.
 */
export class OutputFitter {
  readonly #schemas = new SchemaCompiler({ allErrors: true }, rememberedSchemas);

  fit(schema: JsonSchema | undefined, data: JsonObject): StructuredOutput {
    if (schema === undefined) return { kind: 'unspecified' };
    let value = data;
    for (let pass = 1; ; pass += 1) {
      const errors = this.#errors(schema, value);
      if (errors.length === 0) return { kind: 'fits', value };
      if (value === data) value = structuredClone(data);
      const tookAway = errors.filter((error) => takeAway(value, error)).length > 0;
      if (!tookAway || pass === passesAtMost) {
        const [{ instancePath, message } = { instancePath: '', message: '' }] = errors;
        return {
          kind: 'differs',
          issue: `${instancePath === '' ? 'the result' : instancePath} ${message ?? ''}`.trim(),
        };
      }
    }
  }

  #errors(schema: JsonSchema, value: JsonObject): readonly ErrorObject[] {
    try {
      const validate = this.#schemas.compile(schema);
      return validate(value) ? [] : (validate.errors ?? []);
    } catch {
      // A schema that cannot be compiled promises nothing.
      return [];
    }
  }
}

/** Whether there was something to take away for this error. */
function takeAway(root: JsonObject, { keyword, instancePath, params }: ErrorObject): boolean {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (keyword === 'additionalProperties' || keyword === 'unevaluatedProperties') {
    const name: unknown = params.additionalProperty ?? params.unevaluatedProperty;
    const owner = valueAt(root, path);
    return isJsonObject(owner) && typeof name === 'string' && remove(owner, name);
  }
  const owner = valueAt(root, path.slice(0, -1));
  const name = path.at(-1);
  return isJsonObject(owner) && name !== undefined && owner[name] === null && remove(owner, name);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  let value = root;
  for (const token of path) {
    if (Array.isArray(value)) value = value[Number(token)];
    else if (isJsonObject(value) && Object.hasOwn(value, token)) value = value[token];
    else return undefined;
  }
  return value;
}

function remove(owner: JsonObject, name: string): boolean {
  return Object.hasOwn(owner, name) && delete owner[name];
}
