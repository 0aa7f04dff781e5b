import { JackfieldError } from '@jackfield/contract';
import { isJsonObject, SchemaBundler } from '@jackfield/json-schema';
import type { AuthScheme, BehaviourHints, HttpBinding, HttpBody, HttpConstant, Tool, Toolkit } from '../../toolkit.ts';
import { checkReservedSlug } from '../../toolkits/reserved-slug.ts';
import { type Argument, ArgumentNames } from './argument.ts';
import { readAuthSchemes, schemeOfAuthorizationParameter } from './auth-scheme.ts';
import { arrayOf, DocumentReader, type OpenApiDocument, stringOf, stringsOf } from './document.ts';
import { inputSchema } from './input-schema.ts';
import { selectSuccessResponse } from './media-type.ts';
import { type OutputDraft, OutputSchemaReader } from './output-schema.ts';
import { type OperationParameter, operationParameter, ParameterReader } from './parameter.ts';
import { type RequestBody, RequestBodyReader } from './request-body.ts';
import { type ServerOptions, serverUrl } from './servers.ts';
import { toolSlugs } from './tool-slug.ts';
import { plainText, toolDescription, toolName } from './tool-text.ts';

export interface ConvertOpenApiOptions {
  /** Lower-case letters, digits and underscores, starting with a letter, at most 40 characters. */
  readonly slug: string;
  /** Default: the document's title, or the slug. */
  readonly name?: string | undefined;
  /** Default: the document's description. */
  readonly description?: string | undefined;
  /** Default: the document's version. */
  readonly version?: string | undefined;
  /** URL of a logo. Default: the document's `info.x-logo`. */
  readonly logo?: string | undefined;
  /**
   * Absolute URL of the API, in place of every server that the document names, also those of single operations. When it
   * has no path, servers that the document gives as a path (`/v1`) are resolved against it.
   */
  readonly baseUrl?: string | undefined;
  /** Where the document came from; relative servers are resolved against it. */
  readonly documentUrl?: string | undefined;
  /** Values for server variables, such as `{ tenant: 'acme' }`. Default: those of the document. */
  readonly serverVariables?: Readonly<Record<string, string>> | undefined;
  /**
   * How to authenticate, in place of what the document says, for documents that do not say it or say it wrong. Any one of
   * the schemes is enough for a call.
   */
  readonly authSchemes?: readonly AuthScheme[] | undefined;
  /**
   * How many characters of JSON the shared definitions (`$defs`) of one input and one output schema may take. Some services
   * describe everything in terms of everything else: then each schema would take half a megabyte. What is furthest from the
   * root is left open first. `Infinity` keeps it all. Default: 64,000 and 16,000.
   */
  readonly maxDefinitionsLength?:
    | { readonly input?: number | undefined; readonly output?: number | undefined }
    | undefined;
  /** Which operations become tools. Default: all. */
  readonly include?: ((operation: OpenApiOperation) => boolean) | undefined;
}

/** What {@link ConvertOpenApiOptions.include} decides on. */
export interface OpenApiOperation {
  /** Upper case. */
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
}

export interface OpenApiReport {
  /** Operations in the document. */
  readonly operations: number;
  /** Operations that `include` left out. */
  readonly excluded: number;
  /** Operations that did not become a tool, and why. */
  readonly lost: readonly LostOperation[];
  /** References to schemas that the document does not contain; anything is accepted in their place. */
  readonly unresolvedReferences: readonly string[];
}

export interface LostOperation {
  readonly method: string;
  readonly path: string;
  readonly reason: string;
}

export interface ConvertedOpenApi {
  readonly toolkit: Toolkit;
  readonly report: OpenApiReport;
}

/**
 * An OpenAPI 3.0 or 3.1 document as a toolkit: one tool per operation. The schemas of the tools share their parts; treat
 * them as frozen.
 *
 * @throws {JackfieldError} `INVALID_TOOLKIT` for a document that is not OpenAPI 3.0 or 3.1, or names no server where a
 *   tool needs one and no `baseUrl` is given; `INVALID_CONFIGURATION` for options that cannot work.
 */
export function convertOpenApi(document: OpenApiDocument, options: ConvertOpenApiOptions): ConvertedOpenApi {
  checkOptions(options);
  const minorVersion = checkDocument(document);
  const reader = new DocumentReader(document);
  const dialect = minorVersion === 0 ? 'openapi-3.0' : 'json-schema';
  const cleanText = memoised(plainText);
  const { input = maxInputDefinitions, output = maxOutputDefinitions } = options.maxDefinitionsLength ?? {};
  const common = { dialect, cleanText } as const;
  const inputs = new SchemaBundler(document, { ...common, direction: 'input', maxDefinitionsLength: input });
  const outputs = new SchemaBundler(document, { ...common, direction: 'output', maxDefinitionsLength: output });
  const servers: ServerOptions = {
    baseUrl: options.baseUrl,
    documentUrl: options.documentUrl,
    variables: options.serverVariables ?? {},
  };
  const documentServer = serverUrl(document.servers, servers);
  const isGoogle = namesGoogleServer(document);

  const { operations, excluded, lost, count } = collectOperations(reader, options.include);
  const security = new SecurityReader(reader, options.authSchemes, documentServer);
  const parameters = new ParameterReader(reader, inputs);
  const bodies = new RequestBodyReader(reader, inputs);
  const results = new OutputSchemaReader(outputs);
  const names = new ArgumentNames();

  const drafts = operations.map((operation): Draft => {
    const raw = operation.raw;
    const toolSecurity = security.of(raw, () => parameters.authorizationParameter(raw, operation.pathItem));
    const isAuthenticated = toolSecurity.security.some((needed) => needed.length > 0);
    const declared = parameters
      .parametersOf(raw, operation.pathItem)
      .filter((parameter) => !isAuthenticated || !security.isCredential(parameter, toolSecurity.security));
    const constants = declared.flatMap((parameter) => parameter.constant ?? []);
    const own = declared.filter(({ constant }) => constant === undefined);
    const template = readTemplate(operation.path, own, isGoogle);
    const used = template.parameters;
    const body = hasBody(operation.method) ? bodies.read(raw.requestBody) : undefined;
    const baseUrl = serverOf(raw, operation, document, documentServer, servers);
    if (baseUrl === undefined) throw missingServer(options.slug, document);
    const args: readonly Argument[] = body === undefined ? used : [...used, ...bodyArguments(body, used)];
    const argumentNames = names.assign(args);
    const response = selectSuccessResponse(raw.responses, reader);
    const output = results.draft(response);
    return {
      operation,
      toolSecurity,
      template,
      constants,
      used,
      body,
      args,
      argumentNames,
      baseUrl,
      output,
      accept: response.accept,
    };
  });

  const slugs = toolSlugs(
    options.slug,
    operations.map(({ operationId, method, path }) => ({ operationId, method, path })),
  );
  const tools = drafts.map((draft, index): Tool => {
    const { operation, used, body, args, argumentNames, accept } = draft;
    const binding: HttpBinding = {
      kind: 'http',
      method: operation.method,
      baseUrl: draft.baseUrl,
      path: draft.template.path,
      parameters: used.map((parameter, position) => parameter.bind(argumentNames[position] ?? parameter.name)),
      ...(draft.constants.length === 0 ? {} : { constants: draft.constants }),
      ...(body === undefined ? {} : { body: inAwsJson(body.bind(argumentNames.slice(used.length)), draft.constants) }),
      accept,
    };
    return {
      slug: slugs[index] ?? '',
      name: toolName(operation),
      description: toolDescription(operation),
      tags: operation.tags,
      inputSchema: inputSchema(args, argumentNames, body, inputs),
      ...(draft.output === undefined ? {} : { outputSchema: results.finish(draft.output) }),
      hints: hintsOf(operation.method, operation.raw),
      security: draft.toolSecurity.security,
      scopes: draft.toolSecurity.scopes,
      deprecated: operation.deprecated,
      binding,
    };
  });

  return {
    toolkit: toolkitOf(document, options, documentServer, security.schemes(), tools),
    report: {
      operations: count,
      excluded,
      lost,
      unresolvedReferences: [...new Set([...inputs.unresolved, ...outputs.unresolved])].sort(),
    },
  };
}

/** A model has to read the input of a tool that it calls; the largest that people wrote on purpose are about this long. */
const maxInputDefinitions = 64_000;
const maxOutputDefinitions = 16_000;

/** An operation on its way to becoming a tool. */
interface Draft {
  readonly operation: Operation;
  readonly toolSecurity: ToolSecurity;
  readonly template: PathTemplate;
  readonly constants: readonly HttpConstant[];
  readonly used: readonly OperationParameter[];
  readonly body: RequestBody | undefined;
  readonly args: readonly Argument[];
  readonly argumentNames: readonly string[];
  readonly baseUrl: string;
  readonly output: OutputDraft | undefined;
  readonly accept: string;
}

function checkOptions(options: ConvertOpenApiOptions): void {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(options.slug)) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The toolkit slug ${JSON.stringify(options.slug)} is not valid.`,
      fix: 'Use lower-case letters, digits and underscores, starting with a letter, at most 40 characters.',
    });
  }
  checkReservedSlug(options.slug);
  for (const key of ['baseUrl', 'documentUrl'] as const) {
    const value = options[key];
    if (value === undefined || /^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : '')) continue;
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `${key} ${JSON.stringify(value)} is not an absolute http or https URL.`,
      fix: `Give ${key} in full, such as https://api.example.com/v1.`,
    });
  }
}

/** Returns the minor version. */
function checkDocument(document: OpenApiDocument): number {
  if (!isJsonObject(document)) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: 'The OpenAPI document is not an object.',
      fix: 'Give an OpenAPI 3.0 or 3.1 document, parsed.',
    });
  }
  if (document.swagger !== undefined) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `The document is Swagger ${String(document.swagger)}; OpenAPI 3.0 and 3.1 are read.`,
      fix: 'Convert it first: npx swagger2openapi --patch swagger.json --outfile openapi.json',
      details: { pointer: '/swagger' },
    });
  }
  // YAML reads an unquoted 3.0 as the number 3.
  const version = document.openapi === 3 ? '3.0' : String(document.openapi);
  const minor = /^3\.([01])(?:\.|$)/.exec(version)?.[1];
  if (minor === undefined) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message:
        document.openapi === undefined
          ? 'The document has no "openapi" version.'
          : `The document is OpenAPI ${version}; OpenAPI 3.0 and 3.1 are read.`,
      fix: 'Give an OpenAPI 3.0 or 3.1 document.',
      details: { pointer: '/openapi' },
    });
  }
  if (!isJsonObject(document.paths) && !(minor === '1' && document.paths === undefined)) {
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: 'The document has no "paths".',
      fix: 'Give a complete OpenAPI document, with its operations under "paths".',
      details: { pointer: '/paths' },
    });
  }
  return Number(minor);
}

function missingServer(slug: string, document: OpenApiDocument): JackfieldError {
  const servers = arrayOf(document.servers).map((server) => (isJsonObject(server) ? server.url : undefined));
  return new JackfieldError('INVALID_TOOLKIT', {
    message:
      servers.length === 0
        ? `The OpenAPI document of "${slug}" does not say where the API is: it names no server.`
        : `The OpenAPI document of "${slug}" does not say where the API is: no absolute URL can be made of its servers (${servers.join(', ')}).`,
    fix: 'Say where the API is (`baseUrl`, on the command line --base-url), or name it under "servers".',
    details: { pointer: '/servers', servers },
  });
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string | undefined;
  readonly tags: readonly string[];
  readonly deprecated: boolean;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly raw: OpenApiDocument;
  readonly pathItem: OpenApiDocument;
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

function collectOperations(reader: DocumentReader, include: ConvertOpenApiOptions['include']) {
  const operations: Operation[] = [];
  const lost: LostOperation[] = [];
  let excluded = 0;
  let count = 0;
  const paths = isJsonObject(reader.document.paths) ? reader.document.paths : {};
  for (const path of Object.keys(paths)) {
    if (path.startsWith('x-')) continue;
    const pathItem = readPathItem(paths[path], reader);
    if (pathItem === undefined) {
      lost.push({ method: '*', path, reason: unreadable('path item', paths[path]) });
      continue;
    }
    for (const key of methods) {
      const value = pathItem[key];
      if (value === undefined || value === null) continue;
      count += 1;
      const method = key.toUpperCase();
      const raw = reader.resolve(value);
      if (raw === undefined) {
        lost.push({ method, path, reason: unreadable('operation', value) });
        continue;
      }
      if (method === 'TRACE') {
        // Fetch standard section 2.2.1: a forbidden method.
        lost.push({ method, path, reason: 'TRACE requests cannot be sent with fetch.' });
        continue;
      }
      const operation: Operation = {
        method,
        path,
        operationId: stringOf(raw.operationId),
        tags: stringsOf(raw.tags),
        deprecated: raw.deprecated === true,
        summary: stringOf(raw.summary) ?? stringOf(pathItem.summary),
        description: stringOf(raw.description) ?? stringOf(pathItem.description),
        raw,
        pathItem,
      };
      if (include !== undefined && !include(operation)) excluded += 1;
      else operations.push(operation);
    }
  }
  return { operations, excluded, lost, count };
}

/** A path item may have fields beside its `$ref`; they come first (OpenAPI 3.1 section 4.8.9.1 leaves it open). */
function readPathItem(value: unknown, reader: DocumentReader): OpenApiDocument | undefined {
  if (!isJsonObject(value) || typeof value.$ref !== 'string') return isJsonObject(value) ? value : undefined;
  const target = reader.resolve(value);
  if (target === undefined) return undefined;
  const { $ref: _reference, ...own } = value;
  return { ...target, ...own };
}

function unreadable(what: string, value: unknown): string {
  const reference = isJsonObject(value) && typeof value.$ref === 'string' ? value.$ref : undefined;
  if (reference === undefined) return `The ${what} is not an object.`;
  return reference.startsWith('#')
    ? `The ${what} refers to ${reference}, which the document does not contain.`
    : `The ${what} refers to another document (${reference}); bundle the documents into one first: npx @redocly/cli bundle`;
}

function hasBody(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** A body as a whole is called `body`, unless a parameter is. */
function bodyArguments(body: RequestBody, parameters: readonly Argument[]): readonly Argument[] {
  const [only] = body.args;
  const isTaken = only?.name === 'body' && parameters.some(({ name }) => name === 'body');
  return isTaken && body.args.length === 1 && body.additional === undefined
    ? [{ ...only, name: 'request_body' }]
    : body.args;
}

function serverOf(
  raw: OpenApiDocument,
  operation: Operation,
  document: OpenApiDocument,
  documentServer: string | undefined,
  options: ServerOptions,
): string | undefined {
  for (const servers of [raw.servers, operation.pathItem.servers]) {
    if (arrayOf(servers).length > 0 && servers !== document.servers) {
      const url = serverUrl(servers, options);
      if (url !== undefined) return url;
    }
  }
  return documentServer;
}

interface PathTemplate {
  /** Without a fragment; the names in braces are those of the parameters. */
  readonly path: string;
  /** Those in the path in the order in which they stand there, then all others. */
  readonly parameters: readonly OperationParameter[];
}

/**
 * Matches a path template with the declared parameters. Parameters that the path does not contain are left out; names in
 * the path that are not declared become strings, unless a declared one differs only in case or a `+` or `*` beside the
 * name (`{proxy+}`, where it means that the value may contain slashes).
 */
function readTemplate(path: string, declared: readonly OperationParameter[], isGoogle: boolean): PathTemplate {
  const withSlash = path.startsWith('/') ? path : `/${path}`;
  const hash = withSlash.indexOf('#');
  // Several operations of one URL are told apart by a fragment in documents of AWS.
  const clean = hash === -1 ? withSlash : withSlash.slice(0, hash);
  const parameters: OperationParameter[] = [];
  let rewritten = '';
  let end = 0;
  for (const match of clean.matchAll(/\{([^{}]+)\}/g)) {
    const named = parameterNamed(match[1] ?? '', declared);
    const isResourceName = isGoogle && /^\/v\d\w*\/$/.test(clean.slice(0, match.index));
    const parameter = isResourceName ? spanning(named) : named;
    rewritten += `${clean.slice(end, match.index)}{${parameter.name}}`;
    end = match.index + match[0].length;
    if (!parameters.some(({ name }) => name === parameter.name)) parameters.push(parameter);
  }
  for (const parameter of declared) if (parameter.location !== 'path') parameters.push(parameter);
  return { path: rewritten + clean.slice(end), parameters };
}

/**
 * Google's interfaces take a resource name after the version (`/v1/{name}`, AIP-122), slashes and all; their documents say
 * so (`{+name}`) only before they are converted to OpenAPI.
 */
function namesGoogleServer(document: OpenApiDocument): boolean {
  return arrayOf(document.servers).some(
    (server) => isJsonObject(server) && /^https:\/\/[\w.-]+\.googleapis\.com(?:\/|$)/.test(String(server.url)),
  );
}

function parameterNamed(name: string, declared: readonly OperationParameter[]): OperationParameter {
  const find = (isIt: (candidate: string) => boolean) =>
    declared.find((candidate) => candidate.location === 'path' && isIt(candidate.name));
  const same = find((candidate) => candidate === name);
  if (same !== undefined) return same;
  const bare = name.replace(/^[+/.;*]|[+*]$/g, '');
  const parameter =
    find((candidate) => candidate === bare) ??
    find((candidate) => candidate.toLowerCase() === bare.toLowerCase()) ??
    undeclared(bare === '' ? name : bare);
  return bare !== name && /^\+|[+*]$/.test(name) ? spanning(parameter) : parameter;
}

function undeclared(name: string): OperationParameter {
  return operationParameter(
    { name, location: 'path', required: true, schema: { type: 'string' }, references: new Set() },
    '',
    { style: 'simple', explode: false },
  );
}

function spanning(parameter: OperationParameter): OperationParameter {
  return { ...parameter, bind: (argument) => ({ ...parameter.bind(argument), allowReserved: true }) };
}

interface ToolSecurity {
  readonly security: readonly (readonly string[])[];
  readonly scopes: readonly string[];
}

const noSecurity: ToolSecurity = { security: [], scopes: [] };

/** Reads who may call what. Operations with the same requirement share the result. */
class SecurityReader {
  readonly #document: OpenApiDocument;
  readonly #schemes: Map<string, AuthScheme>;
  readonly #override: ToolSecurity | undefined;
  readonly #isDeclared: boolean;
  readonly #known = new Map<string, ToolSecurity>();

  constructor(reader: DocumentReader, override: readonly AuthScheme[] | undefined, baseUrl: string | undefined) {
    this.#document = reader.document;
    this.#schemes =
      override === undefined
        ? new Map(readAuthSchemes(reader, baseUrl))
        : new Map(override.map((scheme) => [scheme.id, scheme]));
    this.#isDeclared = this.#schemes.size > 0;
    this.#override = override === undefined ? undefined : { security: override.map(({ id }) => [id]), scopes: [] };
  }

  schemes(): readonly AuthScheme[] {
    return [...this.#schemes.values()];
  }

  /** `authorizationParameter` finds the operation's raw `Authorization` header parameter, if it declares one. */
  of(operation: OpenApiDocument, authorizationParameter: () => OpenApiDocument | undefined): ToolSecurity {
    if (this.#override !== undefined) return this.#override;
    const requirements = operation.security ?? this.#document.security;
    if (!Array.isArray(requirements) || requirements.length === 0) {
      const authorization = this.#isDeclared ? undefined : authorizationParameter();
      if (authorization === undefined) return noSecurity;
      const scheme = this.#schemes.get('authorization') ?? schemeOfAuthorizationParameter(authorization);
      this.#schemes.set(scheme.id, scheme);
      return { security: authorization.required === true ? [[scheme.id]] : [[scheme.id], []], scopes: [] };
    }
    const key = JSON.stringify(requirements);
    let known = this.#known.get(key);
    if (known === undefined) {
      known = this.#read(requirements);
      this.#known.set(key, known);
    }
    return known;
  }

  #read(requirements: readonly unknown[]): ToolSecurity {
    const scopes = new Set<string>();
    const security = requirements.filter(isJsonObject).map((requirement) =>
      Object.keys(requirement).map((id) => {
        // An id that is not declared: named in an error rather than called without credentials.
        if (!this.#schemes.has(id)) this.#schemes.set(id, { id, mode: 'UNSUPPORTED', kind: 'undeclared' });
        if (this.#schemes.get(id)?.mode === 'OAUTH2') for (const scope of stringsOf(requirement[id])) scopes.add(scope);
        return id;
      }),
    );
    return { security, scopes: [...scopes] };
  }

  /**
   * Whether a parameter carries a credential that is injected, so that it is no argument: an API key scheme says so, or
   * the parameter is a second way to hand in a token (`access_token`, Slack's `token`), or the callback of JSONP.
   */
  isCredential(parameter: OperationParameter, security: readonly (readonly string[])[]): boolean {
    const { location } = parameter;
    if (location === 'path') return false;
    const name = parameter.name.toLowerCase();
    for (const id of new Set(security.flat())) {
      const scheme = this.#schemes.get(id);
      // Parts of the signature.
      if (scheme?.mode === 'AWS_SIGV4' && signatureParameter.test(name)) return true;
      if (scheme?.mode !== 'API_KEY' || scheme.in !== location) continue;
      if (scheme.in === 'header' ? scheme.name.toLowerCase() === name : scheme.name === parameter.name) return true;
    }
    if (/^(?:access|oauth|auth)_?token$/.test(name)) return true;
    if (/^(?:token|api_?key|key)$/.test(name))
      return /\bauthenticat|\boauth|\bapi key\b|\baccess token\b/i.test(parameter.description);
    return name === 'callback' && parameter.description === 'JSONP';
  }
}

/**
 * Services of AWS that tell operations apart by a header take JSON under a name of its own; their documents call it
 * plain JSON (https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html). Which version is the service's.
 */
function inAwsJson(body: HttpBody, constants: readonly HttpConstant[]): HttpBody {
  const target = constants.find(({ name }) => name.toLowerCase() === 'x-amz-target')?.value;
  if (target === undefined || body.contentType !== 'application/json') return body;
  return { ...body, contentType: `application/x-amz-json-${awsJson10.test(target) ? '1.0' : '1.1'}` };
}

/** Of the services with `jsonVersion` 1.0 in the models of the AWS SDKs. */
const awsJson10 =
  /^(?:AmazonSQS|AppRunner|AWSKendraReranking|AWSStepFunctions|AwsProton|BackupOnPremises|CloudApiService|ComputeOptimizerService|DynamoDB|IoTAutobahn|KeyspacesService|NetworkFirewall|OpenSearchServerless|PaymentCryptography|PinpointSMSVoiceV2|QLDBSession|SimpleWorkflowService|Timestream|ToggleCustomerAPI|VerifiedPermissions|VoiceID|com\.amazonaws\.codestar\.connections)/;

const signatureParameter =
  /^x-amz-(?:algorithm|content-sha256|credential|date|security-token|signature|signedheaders)$/;

const readOnly: BehaviourHints = hints({ readOnlyHint: true, idempotentHint: true });
const idempotent: BehaviourHints = hints({ idempotentHint: true });
const destructive: BehaviourHints = hints({ destructiveHint: true, idempotentHint: true });
const writing: BehaviourHints = hints({});

function hints(given: Partial<BehaviourHints>): BehaviourHints {
  return Object.freeze({
    readOnlyHint: false,
    destructiveHint: false,
    idempotentHint: false,
    openWorldHint: true,
    ...given,
  });
}

/** From the method (RFC 9110 section 9.2), unless the operation's `x-jackfield-hints` says otherwise. */
function hintsOf(method: string, operation: OpenApiDocument): BehaviourHints {
  const byMethod =
    method === 'GET' || method === 'HEAD' || method === 'OPTIONS'
      ? readOnly
      : method === 'DELETE'
        ? destructive
        : method === 'PUT'
          ? idempotent
          : writing;
  const said = operation['x-jackfield-hints'];
  if (!isJsonObject(said)) return byMethod;
  const pick = (key: keyof BehaviourHints) => (typeof said[key] === 'boolean' ? said[key] : byMethod[key]);
  return {
    readOnlyHint: pick('readOnlyHint'),
    destructiveHint: pick('destructiveHint'),
    idempotentHint: pick('idempotentHint'),
    openWorldHint: pick('openWorldHint'),
  };
}

function toolkitOf(
  document: OpenApiDocument,
  options: ConvertOpenApiOptions,
  baseUrl: string | undefined,
  authSchemes: readonly AuthScheme[],
  tools: readonly Tool[],
): Toolkit {
  const info = isJsonObject(document.info) ? document.info : {};
  const version = options.version ?? (typeof info.version === 'number' ? String(info.version) : stringOf(info.version));
  const declaredLogo = isJsonObject(info['x-logo']) ? stringOf(info['x-logo'].url) : undefined;
  const logo = options.logo ?? (declaredLogo !== undefined && URL.canParse(declaredLogo) ? declaredLogo : undefined);
  return {
    slug: options.slug,
    name: options.name ?? stringOf(info.title) ?? options.slug,
    description: options.description ?? plainText(stringOf(info.description) ?? ''),
    version: version === undefined || version === 'latest' ? '1' : version,
    ...(logo === undefined ? {} : { logo }),
    ...(baseUrl === undefined ? {} : { baseUrl }),
    authSchemes,
    tools,
  };
}

function memoised(clean: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let cleaned = known.get(text);
    if (cleaned === undefined) {
      cleaned = clean(text);
      known.set(text, cleaned);
    }
    return cleaned;
  };
}
