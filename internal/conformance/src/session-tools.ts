import type { SessionTool } from '@jackfield/core';
import { deepFreeze } from '@jackfield/json-schema';

type Schema = SessionTool['inputParameters'];

/** A tool as `session.tools()` gets it from the server, frozen as there. */
export function sessionTool(
  slug: string,
  inputParameters: Schema,
  fields: Partial<Pick<SessionTool, 'description' | 'outputParameters' | 'annotations'>> = {},
): SessionTool {
  return deepFreeze({
    slug,
    name: slug.toLowerCase().replaceAll('_', ' '),
    description: `Calls ${slug}.`,
    inputParameters,
    tags: ['readOnlyHint'],
    toolkit: { slug: 'clinic', name: 'Clinic' },
    version: '1.0.0',
    availableVersions: ['1.0.0'],
    scopes: [],
    noAuth: true,
    isDeprecated: false,
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    ...fields,
  });
}

/** Nested objects, arrays, enums, optional and nullable fields. */
export const bookVisit = sessionTool('CLINIC_BOOK_VISIT', {
  type: 'object',
  properties: {
    pet: {
      type: 'object',
      description: 'The patient.',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 40, pattern: '^\\p{L}' },
        species: { type: 'string', enum: ['cat', 'dog', 'axolotl'] },
        owner: {
          type: 'object',
          properties: { email: { type: 'string', format: 'email' }, phone: { type: ['string', 'null'] } },
          required: ['email'],
        },
      },
      required: ['name', 'species'],
      additionalProperties: false,
    },
    reasons: { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
    weights: {
      type: 'array',
      items: {
        type: 'object',
        properties: { at: { type: 'string', format: 'date' }, kilograms: { type: 'number', exclusiveMinimum: 0 } },
        required: ['at', 'kilograms'],
      },
    },
    notes: { type: ['string', 'null'], default: null, examples: ['Bites.'] },
    urgent: { type: 'boolean', default: false },
  },
  required: ['pet', 'reasons'],
});

/** A schema that refers to itself, by `$defs` and by `#`. */
export const saveTree = sessionTool('CLINIC_SAVE_TREE', {
  type: 'object',
  properties: { tree: { $ref: '#/$defs/node' }, nextPage: { $ref: '#' } },
  required: ['tree'],
  $defs: {
    node: {
      type: 'object',
      properties: {
        value: { type: 'string' },
        children: { type: 'array', items: { $ref: '#/$defs/node' } },
      },
      required: ['value'],
    },
  },
});

/** Choices at a property, and keywords that a conversion through another schema language would lose. */
export const findAnything = sessionTool('CLINIC_FIND', {
  type: 'object',
  title: 'Search',
  properties: {
    by: {
      anyOf: [
        { type: 'string', const: 'everything' },
        { type: 'object', properties: { id: { type: 'integer', multipleOf: 1 } }, required: ['id'] },
        { type: 'null' },
      ],
    },
    sort: { oneOf: [{ enum: ['name', 'age'] }, { type: 'array', prefixItems: [{ type: 'string' }], items: false }] },
    labels: { type: 'object', additionalProperties: { type: 'string' }, propertyNames: { pattern: '^[a-z]+$' } },
    extra: { allOf: [{ type: 'object' }, { not: { required: ['id'] } }], unevaluatedProperties: false },
    größe: { description: 'Größe — 大きさ 🐈', 'x-unit': 'cm' },
  },
  dependentRequired: { sort: ['by'] },
});

export const listPets = sessionTool('CLINIC_LIST_PETS', { type: 'object', properties: {} });

/** A slug of 64 characters, the most that model APIs take. */
export const longSlug = sessionTool(`CLINIC_${'ARCHIVE_ALL_VISITS_OF_A_PET_'.repeat(3)}`.slice(0, 55).padEnd(64, '0'), {
  type: 'object',
  properties: { id: { type: 'integer' } },
  required: ['id'],
});

export const describedOutput = sessionTool(
  'CLINIC_GET_PET',
  { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
  {
    description: 'Reads one pet: “Ψυχή”, 猫, 🐾.',
    outputParameters: {
      type: 'object',
      properties: { parent: { $ref: '#/$defs/pet' } },
      $defs: { pet: { type: 'object', properties: { name: { type: 'string' } } } },
    },
  },
);

export const sessionTools: readonly SessionTool[] = [
  bookVisit,
  saveTree,
  findAnything,
  listPets,
  longSlug,
  describedOutput,
];
