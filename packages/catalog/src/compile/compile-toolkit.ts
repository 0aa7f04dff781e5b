import {
  type ConvertOpenApiOptions,
  convertOpenApi,
  type LostOperation,
  type OpenApiDocument,
  type OpenApiOperation,
  type Toolkit,
} from '@jackfield/engine';
import type { CompiledSummary } from '../compiled-index.ts';
import { applyToolkitFile, guideOf, optionsOfFile } from './apply-toolkit-file.ts';
import { documentUrlOf, hasServer, isPlaceholder, placeholderUrl } from './document-servers.ts';
import { parseSource, readSource } from './documents.ts';
import { encodeToolkit } from './encode-toolkit.ts';
import type { ManifestDocument, ManifestEntry } from './manifest.ts';
import { measureTools, type ToolMeasures } from './measure-tools.ts';
import { OperationLookup } from './operation-ids.ts';
import { prepareDocument } from './prepare-document.ts';
import { parseToolkitFile, readToolkitFileText } from './toolkit-file.ts';
import { toolkitName } from './toolkit-name.ts';

/** One version of a toolkit to compile. */
export interface CompileJob {
  readonly entry: ManifestEntry;
  readonly document: ManifestDocument;
  /** Whether it is the one that sessions use. */
  readonly isCurrent: boolean;
}

export interface CompileResult {
  readonly document: string;
  readonly report: DocumentReport;
  /** Absent for a document that could not be converted. */
  readonly summary?: CompiledSummary;
  /** For each tool of a current version: its slug, and its operation's name in every document of the API that has it. */
  readonly operations: readonly (readonly [tool: string, ...operations: string[]])[];
}

export interface DocumentReport extends ToolMeasures {
  readonly slug: string;
  readonly document: string;
  readonly operations: number;
  readonly tools: number;
  readonly lost: readonly LostOperation[];
  readonly unresolvedReferences: number;
  /** Ways to authenticate that are known and cannot be used. */
  readonly unsupported: readonly string[];
  /** Why nothing came of the document. */
  readonly failure?: string;
}

export function compileToolkit({ entry, document, isCurrent }: CompileJob): {
  readonly result: CompileResult;
  readonly bytes?: Buffer;
} {
  const { slug } = entry;
  const { text, sha256 } = readSource(document.document);
  if (sha256 !== document.sha256) {
    throw new Error(`${document.document} is another one than toolkits.jsonl says; run pnpm manifest.`);
  }
  const source = parseSource(document.document, text);
  const parsed = prepareDocument(document.document, source);
  const fileText = isCurrent ? readToolkitFileText(slug) : undefined;
  const file = fileText === undefined ? undefined : parseToolkitFile(fileText);
  const operations: OpenApiOperation[] = [];
  const options: ConvertOpenApiOptions = {
    slug,
    name: toolkitName(parsed, document.document, slug),
    version: document.version,
    documentUrl: documentUrlOf(parsed),
    ...(hasServer(parsed) ? {} : { baseUrl: placeholderUrl(slug) }),
    ...(file === undefined ? {} : optionsOfFile(file)),
    include: (operation) => operations.push(operation) > 0,
  };
  let converted: ReturnType<typeof convertOpenApi>;
  try {
    converted = convertOpenApi(parsed, options);
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const report: DocumentReport = {
      slug,
      document: document.document,
      operations: document.operations,
      tools: 0,
      lost: [],
      unresolvedReferences: 0,
      unsupported: [],
      failure,
      ...measureTools([]),
    };
    return { result: { document: document.document, report, operations: [] } };
  }
  const toolkit = file === undefined ? converted.toolkit : applyToolkitFile(converted.toolkit, file);
  const bytes = encodeToolkit(toolkit);
  const { report } = converted;
  return {
    bytes,
    result: {
      document: document.document,
      report: {
        slug,
        document: document.document,
        operations: report.operations,
        tools: toolkit.tools.length,
        lost: report.lost,
        unresolvedReferences: report.unresolvedReferences.length,
        unsupported: [
          ...new Set(toolkit.authSchemes.flatMap((scheme) => (scheme.mode === 'UNSUPPORTED' ? [scheme.kind] : []))),
        ],
        ...measureTools(toolkit.tools, unsupportedSchemes(toolkit)),
      },
      summary: {
        ...summaryOf(toolkit),
        ...(file === undefined ? {} : { guide: guideOf(slug, file) }),
      },
      operations: isCurrent ? operationNames(toolkit, operations, entry, source) : [],
    },
  };
}

function unsupportedSchemes({ authSchemes }: Toolkit): ReadonlySet<string> {
  return new Set(authSchemes.flatMap(({ id, mode }) => (mode === 'UNSUPPORTED' ? [id] : [])));
}

const summaryDescriptionLength = 200;

function summaryOf(toolkit: Toolkit): CompiledSummary {
  const { slug, name, version, logo, baseUrl, authSchemes, tools } = toolkit;
  const modes = [...new Set(authSchemes.map(({ mode }) => mode))];
  return {
    slug,
    name,
    description: firstSentences(toolkit.description),
    version,
    tools: tools.length,
    noAuth: tools.every(({ security }) => security.length === 0 || security.some((needed) => needed.length === 0)),
    auth: modes,
    ...(logo === undefined ? {} : { logo }),
    ...(baseUrl === undefined || !isPlaceholder(baseUrl) ? {} : { ownBaseUrl: true }),
  };
}

function firstSentences(text: string): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  if (line.length <= summaryDescriptionLength) return line;
  const head = line.slice(0, summaryDescriptionLength);
  const sentence = head.lastIndexOf('. ');
  if (sentence > 60) return head.slice(0, sentence + 1);
  return `${head.slice(0, head.lastIndexOf(' ')).replace(/[\s,;:]+$/, '')}…`;
}

function operationNames(
  toolkit: Toolkit,
  operations: readonly OpenApiOperation[],
  { document, older = [], replaces = [] }: ManifestEntry,
  source: OpenApiDocument,
): CompileResult['operations'] {
  const own = new OperationLookup(document, source);
  const others = [...replaces, ...older.map((version) => version.document)].map(
    (name) => new OperationLookup(name, parseSource(name, readSource(name).text)),
  );
  return toolkit.tools.map(({ slug }, index) => {
    const operation = operations[index];
    if (operation === undefined) throw new Error(`${slug} was made of no operation.`);
    // Operations behind a reference are not looked up.
    const name = own.find(operation) ?? `${document}:${operation.operationId ?? operation.path}`;
    return [slug, name, ...others.flatMap((other) => other.find(operation) ?? [])];
  });
}
