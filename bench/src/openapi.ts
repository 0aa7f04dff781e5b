import { convertOpenApi, type OpenApiDocument } from '@jackfield/engine';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compare } from './compare.ts';
import { readOpenApiDocument } from './documents.ts';
import { atMost, type Section, timing } from './report.ts';

const documents = [
  { name: 'GitHub', slug: 'github', path: 'github.com/api.github.com.json', limit: 60, warmUp: 5, rounds: 30 },
  { name: 'Microsoft Graph', slug: 'graph', path: 'microsoft.com/graph.json', limit: 600, warmUp: 2, rounds: 10 },
];

/** What it takes to make a toolkit of a large OpenAPI document that has been parsed. */
export async function measureOpenApi(): Promise<Section> {
  const rows: string[][] = [];
  for (const { name, slug, path, limit, ...options } of documents) {
    const document = await readOpenApiDocument(path);
    const { convert } = await compare(
      { convert: () => () => convertOpenApi(document, { slug }) },
      { ...options, collectGarbage: true },
    );
    const { operations, lost, invalid } = inspect(document, slug);
    rows.push([
      name,
      String(operations),
      timing(convert),
      atMost(convert.median, limit, ' ms'),
      atMost(lost, 0, ''),
      atMost(invalid, 0, ''),
    ]);
  }
  return {
    title: 'Toolkits from OpenAPI documents',
    note: 'From the parsed document to tools. Lost: operations without a tool. Invalid: tools whose input or output schema is not JSON Schema 2020-12 with an object at its root. Medians, the middle half in brackets.',
    columns: ['', 'operations', 'conversion', 'held to', 'lost', 'invalid'],
    rows,
  };
}

function inspect(document: OpenApiDocument, slug: string): { operations: number; lost: number; invalid: number } {
  const { toolkit, report } = convertOpenApi(document, { slug });
  const ajv = new Ajv2020({ strict: false });
  const isValid = (schema: { readonly [keyword: string]: unknown }): boolean =>
    schema.type === 'object' && ajv.validateSchema(schema) === true;
  const invalid = toolkit.tools.filter(
    ({ inputSchema, outputSchema }) => !isValid(inputSchema) || !(outputSchema === undefined || isValid(outputSchema)),
  ).length;
  return { operations: report.operations, lost: report.lost.length, invalid };
}
