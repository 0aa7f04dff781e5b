/** A JSON object whose keys are the user's own: never renamed between camelCase and snake_case. */
export type JsonObject = { [key: string]: unknown };

/** A JSON Schema (draft 2020-12) as it crosses the wire: never renamed. */
export type JsonSchemaObject = { [keyword: string]: unknown };
