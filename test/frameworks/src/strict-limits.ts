import { isJsonObject } from '@jackfield/json-schema';

/**
 * What OpenAI's strict mode takes at most, besides its rules of form (guide "Structured Outputs", section "Supported
 * schemas"): properties in all, levels of objects, characters of names and values in all, values of enums in all, and
 * characters of one enum with many values.
 *
 * @returns which of the limits a schema goes beyond
 */
export function beyondStrictLimits(schema: unknown): readonly string[] {
  const total = { properties: 0, depth: 0, characters: 0, values: 0, enumCharacters: 0 };
  measure(schema, 0);
  return Object.entries(limits).flatMap(([limit, most]) =>
    total[limit as keyof typeof limits] > most ? [`${limit}: ${total[limit as keyof typeof limits]}`] : [],
  );

  function measure(node: unknown, depth: number): void {
    if (Array.isArray(node)) for (const item of node) measure(item, depth);
    if (!isJsonObject(node)) return;
    total.depth = Math.max(total.depth, depth);
    if (Array.isArray(node.enum)) {
      const characters = node.enum.reduce<number>((sum, value) => sum + String(value).length, 0);
      total.values += node.enum.length;
      total.characters += characters;
      if (node.enum.length > 250) total.enumCharacters = Math.max(total.enumCharacters, characters);
    }
    if (typeof node.const === 'string') total.characters += node.const.length;
    for (const keyword of ['properties', '$defs']) {
      const map = node[keyword];
      if (!isJsonObject(map)) continue;
      for (const [name, value] of Object.entries(map)) {
        if (keyword === 'properties') total.properties += 1;
        total.characters += name.length;
        measure(value, keyword === 'properties' ? depth + 1 : depth);
      }
    }
    measure(node.items, depth);
    measure(node.anyOf, depth);
  }
}

const limits = { properties: 5_000, depth: 10, characters: 120_000, values: 1_000, enumCharacters: 15_000 };
