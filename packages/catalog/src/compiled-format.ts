import type {
  BehaviourHints,
  HttpBody,
  HttpConstant,
  HttpParameter,
  JsonSchema,
  ObjectJsonSchema,
  Toolkit,
} from '@jackfield/engine';

/** Grows when a reader of the old files could not read the new ones. */
export const formatVersion = 1;

/**
 * A compiled toolkit is a file of: the length of its head (4 bytes, little-endian), the head, and blocks of items. Head
 * and blocks are JSON, each compressed with Brotli by itself, so that one tool of thousands costs one block. The items of
 * a small toolkit stand in its head.
 *
 * Items are the tools' bodies, in the order of the tools, then outputs, then definitions, then maps of definitions.
 */
export interface CompiledHead {
  readonly toolkit: Omit<Toolkit, 'tools'>;
  /** What rows of `tools` point into, because few of them differ. */
  readonly tags: readonly (readonly string[])[];
  readonly security: readonly (readonly (readonly string[])[])[];
  readonly scopes: readonly (readonly string[])[];
  readonly tools: readonly ToolRow[];
  /** How many outputs and definitions there are. */
  readonly outputs: number;
  readonly definitions: number;
  /** Of the blocks: how many items each holds, and its compressed length in bytes. */
  readonly blocks: readonly (readonly [count: number, length: number])[];
  /** The items, when there are no blocks. */
  readonly items?: readonly Item[];
}

/** What lists and filters need of a tool. */
export type ToolRow = readonly [
  /** The slug without the toolkit's prefix. */
  action: string,
  name: string,
  /** 0 for the same as the name. */
  description: string | 0,
  /** Index into the head's `tags`. */
  tags: number,
  /** {@link bitsOfHints}, plus 16 for a deprecated tool. */
  bits: number,
  /** Index into the head's `security`. */
  security: number,
  /** Index into the head's `scopes`. */
  scopes: number,
  /** Which of the outputs, or -1. */
  output: number,
];

export type Item = StoredBody | StoredOutput | StoredDefinition | StoredMap;

/** The rest of a tool: its input without `$defs`, the map that they are, or -1, and how it is called. */
export type StoredBody = readonly [input: ObjectJsonSchema, map: number, binding: StoredBinding];

export type StoredOutput = readonly [output: ObjectJsonSchema, map: number];

export type StoredDefinition = readonly [name: string, definition: JsonSchema];

/** The `$defs` of one or more schemas: which definitions. Converters bound them for each schema. */
export type StoredMap = readonly number[];

export interface StoredBinding {
  readonly method: string;
  readonly path: string;
  readonly parameters?: readonly (string | HttpParameter)[];
  readonly constants?: readonly HttpConstant[];
  readonly body?: HttpBody;
  /** Default: the toolkit's. */
  readonly baseUrl?: string;
  /** Default: `application/json`. */
  readonly accept?: string;
}

/** First characters of parameters that are named as their argument and serialised as is usual where they are. */
const usual = {
  path: { mark: '/', style: 'simple', explode: false },
  query: { mark: '?', style: 'form', explode: true },
  header: { mark: ':', style: 'simple', explode: false },
  cookie: { mark: ';', style: 'form', explode: true },
} as const;
const locations = new Map(
  Object.entries(usual).map(([location, { mark }]) => [mark as string, location as keyof typeof usual]),
);

export function packParameter(parameter: HttpParameter): string | HttpParameter {
  const { argument, name, in: location, style, explode, ...rest } = parameter;
  const expected = usual[location];
  const isUsual =
    argument === name && style === expected.style && explode === expected.explode && Object.keys(rest).length === 0;
  return isUsual ? expected.mark + name : parameter;
}

export function unpackParameter(stored: string | HttpParameter): HttpParameter {
  if (typeof stored !== 'string') return stored;
  const location = locations.get(stored.charAt(0)) ?? 'query';
  const name = stored.slice(1);
  const { style, explode } = usual[location];
  return { argument: name, name, in: location, style, explode };
}

export function bitsOfHints(hints: BehaviourHints): number {
  return (
    (hints.readOnlyHint ? 1 : 0) |
    (hints.destructiveHint ? 2 : 0) |
    (hints.idempotentHint ? 4 : 0) |
    (hints.openWorldHint ? 8 : 0)
  );
}

export function hintsOfBits(bits: number): BehaviourHints {
  return Object.freeze({
    readOnlyHint: (bits & 1) !== 0,
    destructiveHint: (bits & 2) !== 0,
    idempotentHint: (bits & 4) !== 0,
    openWorldHint: (bits & 8) !== 0,
  });
}
