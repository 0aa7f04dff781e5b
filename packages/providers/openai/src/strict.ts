import { JackfieldError, type JsonObject } from '@jackfield/core';
import { toStrictParameters } from './strict-parameters.ts';

/** A function as the model was given it. */
export interface GivenFunction {
  readonly name: string;
  readonly strict?: boolean | null | undefined;
}

/** How a provider sends tools in strict mode and reads the calls of them. */
export interface StrictMode {
  /** @returns `undefined` for a schema that has to be sent without strict mode. */
  parametersOf(schema: { readonly [keyword: string]: unknown }): JsonObject | undefined;
  /**
   * Makes what gives a call the arguments that its tool is for: a strict tool's model writes null for what it leaves out.
   *
   * @param functions - What the model was given; nothing in a call says that its tool is strict.
   * @throws JackfieldError `INVALID_CONFIGURATION` when they are not known.
   */
  readerOf(functions: readonly GivenFunction[] | undefined): ReadArguments;
}

export type ReadArguments = (name: string, args: JsonObject) => JsonObject;

/**
 * OpenAI's strict mode, in which a model's arguments always have the shape of the schema: `new OpenAIProvider({ strict })`.
 * It is imported by those who use it, so that others do not carry it.
 */
export const strict: StrictMode = {
  parametersOf: toStrictParameters,
  readerOf(functions) {
    if (functions === undefined) {
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: 'In strict mode, calls cannot be run without their tools.',
        fix: 'Pass the tools that the model was given: handleToolCalls(session, answer, { tools }).',
      });
    }
    const names = new Set(functions.flatMap((given) => (given.strict ? [given.name] : [])));
    return (name, args) => (names.has(name) ? withoutNulls(args) : args);
  },
};

function withoutNulls(args: JsonObject): JsonObject {
  const present = Object.entries(args).filter(([, value]) => value !== null);
  return Object.fromEntries(present.map(([key, value]) => [key, withoutNullsWithin(value)]));
}

function withoutNullsWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsWithin);
  return typeof value === 'object' && value !== null ? withoutNulls({ ...value }) : value;
}
