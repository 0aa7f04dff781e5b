import type { JsonSchema, Tool } from '@jackfield/engine';

/** Bytes of JSON up to which a model can be expected to read a tool's input schema. */
export const inputBudget = 32_768;
/** The same for an output schema, which is read less often. */
export const outputBudget = 65_536;

export interface ToolMeasures {
  /** The document has neither a summary nor a description; method and path stand in for it. */
  readonly undescribed: number;
  readonly inputsOverBudget: number;
  readonly outputsOverBudget: number;
  readonly withoutOutput: number;
  /** Every way to authenticate needs a scheme that is not supported. */
  readonly uncallable: number;
}

export function measureTools(tools: readonly Tool[], unsupported: ReadonlySet<string> = new Set()): ToolMeasures {
  const size = schemaSizes();
  const count = (holds: (tool: Tool) => boolean) => tools.filter(holds).length;
  return {
    undescribed: count(({ description }) => /^[A-Z]+ \//.test(description)),
    inputsOverBudget: count(({ inputSchema }) => size(inputSchema) > inputBudget),
    outputsOverBudget: count(({ outputSchema }) => outputSchema !== undefined && size(outputSchema) > outputBudget),
    withoutOutput: count(({ outputSchema }) => outputSchema === undefined),
    uncallable: count(
      ({ security }) => security.length > 0 && security.every((needed) => needed.some((id) => unsupported.has(id))),
    ),
  };
}

/** Bytes of a schema's JSON. Shared definitions are measured once. */
function schemaSizes(): (schema: JsonSchema) => number {
  const known = new Map<unknown, number>();
  const measure = (value: unknown): number => {
    let size = known.get(value);
    if (size === undefined) {
      size = JSON.stringify(value).length;
      known.set(value, size);
    }
    return size;
  };
  const definitionSizes = new Map<object, number>();
  return ({ $defs, ...root }) => {
    let size = JSON.stringify(root).length;
    if (typeof $defs === 'object' && $defs !== null) {
      let sum = definitionSizes.get($defs);
      if (sum === undefined) {
        sum = Object.entries($defs).reduce((total, [name, schema]) => total + name.length + 4 + measure(schema), 10);
        definitionSizes.set($defs, sum);
      }
      size += sum;
    }
    return size;
  };
}
