import { type CustomDefinitions, JackfieldError, type JsonObject, type SessionConfig } from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { localPrefix } from '../sessions/custom-tools.ts';
import { isCustomToolNarrowedOut, servedCustomTools } from '../sessions/served-custom-tools.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import { type McpToolOptions, runMcpTool } from '../sources/mcp/run-mcp-tool.ts';
import type { Toolkit } from '../toolkit.ts';
import { baseUrlMissing } from '../toolkits/base-url-missing.ts';
import type { Catalog, CatalogTool } from '../toolkits/catalog.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { unknownTool, withSimilarTools } from '../toolkits/unknown-name.ts';
import type { Action, Performed } from './action.ts';
import { type FunctionToolOptions, runFunctionTool } from './function-tool.ts';
import { type HttpToolOptions, isRepeatable, runHttpTool } from './http-tool.ts';
import type { MetaTools } from './meta-tools/meta-tools.ts';

export interface FindActionOptions extends HttpToolOptions, FunctionToolOptions, McpToolOptions {
  readonly metaTools: MetaTools;
  readonly catalogs: ProjectCatalogs;
  /** The session as another catalog makes it, with what MCP servers list that were never asked before. */
  readonly rescope: (session: OpenSession, catalog: Catalog) => Promise<OpenSession>;
  /** Tools that the session allows and that are of the words of a slug, best first. */
  readonly findSimilar: (session: OpenSession, slug: string, context: CallContext) => Promise<readonly string[]>;
  /** Has a process that serves the session's custom tools run one. */
  readonly callCustomTool: (
    session: OpenSession,
    tool: string,
    input: JsonObject,
    signal: AbortSignal,
  ) => Promise<Performed<JsonObject>>;
}

export interface ToolRequest {
  readonly slug: string;
  readonly input: JsonObject;
  readonly account?: string | undefined;
  readonly definitions?: CustomDefinitions | undefined;
  readonly fromBatch?: boolean | undefined;
}

/**
 * What a session does when a tool of this slug is called.
 *
 * @throws JackfieldError `UNKNOWN_TOOL`, `TOOL_NOT_ALLOWED`
 */
export async function findAction(
  session: OpenSession,
  request: ToolRequest,
  context: CallContext,
  options: FindActionOptions,
): Promise<Action<JsonObject>> {
  const { slug, input, definitions } = request;
  const { metaTools, catalogs, rescope } = options;
  const metaTool = metaTools.find(session, context.metaToolPrefix, slug);
  if (metaTool !== undefined) {
    if (request.fromBatch && !metaTool.hints.readOnlyHint) throw notFromBatch(slug);
    return metaTools.action(metaTool, { input, definitions, context });
  }
  if (metaTools.isMetaTool(slug, context.metaToolPrefix)) {
    throw notAllowed(slug, `The session ${session.id} does not have the tool ${slug}.`);
  }
  const { scope } = session;
  const tool = scope.catalog.findTool(slug);
  if (tool !== undefined) {
    if (scope.allows(tool)) return toolAction(tool, request, options);
    const { slug: toolkit } = tool.toolkit;
    if (scope.isNarrowedOut(tool)) throw narrowedOut(slug);
    const why = scope.allowsToolkit(toolkit) ? 'its filters leave it out' : `it leaves the toolkit ${toolkit} out`;
    throw notAllowed(slug, `The session ${session.id} does not allow ${slug}: ${why}.`);
  }
  if (slug.toUpperCase().startsWith(localPrefix)) return customAction(session, request, context, options);
  const upstream = scope.catalog.liveToolkitOf(slug);
  const isLive = upstream !== undefined && scope.allowsToolkit(upstream.slug);
  let { catalog } = scope;
  if (catalog.failures.length > 0 || isLive) {
    // Its toolkit could not be loaded, or asked for its tools, until now.
    const found = await rescope(session, await catalogs.freshOf(session.projectId));
    catalog = found.scope.catalog;
    if (catalog.findTool(slug) !== undefined) return findAction(found, request, context, options);
    if (isLive) return notListed(request, upstream.toolkit, found);
  }
  const gone = goneToolkit(slug, session.config, catalog);
  if (gone !== undefined) throw goneTool(slug, gone);
  // Only what the session allows is worth naming.
  const unknown = unknownTool([slug], catalog, undefined, (near) => scope.allows(near));
  if (unknown.code !== 'UNKNOWN_TOOL') throw unknown;
  throw withSimilarTools(unknown, await options.findSimilar(session, slug, context));
}

function toolAction(
  { tool, toolkit: inCatalog, noAuth }: CatalogTool,
  { input, account }: ToolRequest,
  options: FindActionOptions,
): Action<JsonObject> {
  const { binding } = tool;
  const { toolkit } = inCatalog;
  const missing = baseUrlMissing(inCatalog);
  if (missing !== undefined) {
    return { tool: tool.slug, toolkit: toolkit.slug, input, repetition: 'own', perform: () => Promise.reject(missing) };
  }
  return {
    tool: tool.slug,
    toolkit: toolkit.slug,
    input,
    inputSchema: tool.inputSchema,
    account: { toolkit, security: tool.security, optional: noAuth, named: account },
    repetition: isRepeatable(tool) ? 'safe' : 'unsafe',
    perform: (granted) => {
      switch (binding.kind) {
        case 'http':
          return runHttpTool({ tool, toolkit, binding, input }, granted, options);
        case 'mcp':
          return runMcpTool({ tool, toolkit, binding, input }, granted, options);
        case 'function':
          return runFunctionTool({ tool, toolkit, binding, input }, granted, options);
      }
    },
  };
}

/** A custom tool that some process serves. */
function customAction(
  session: OpenSession,
  { slug: named, input }: ToolRequest,
  { metaToolPrefix }: CallContext,
  { callCustomTool }: FindActionOptions,
): Action<JsonObject> {
  const slug = named.toUpperCase();
  const tool = servedCustomTools(session, metaToolPrefix).find((served) => served.slug === slug);
  if (tool === undefined) {
    throw isCustomToolNarrowedOut(session, slug, metaToolPrefix) ? narrowedOut(slug) : runsInTheCaller(named);
  }
  return {
    tool: slug,
    toolkit: tool.toolkit.slug,
    input,
    inputSchema: tool.inputSchema,
    repetition: 'unsafe',
    perform: ({ signal }) => callCustomTool(session, slug, input, signal),
  };
}

/** What is to be done about a tool that an MCP server does not list for this user, or cannot be asked for. */
function notListed(
  { slug: tool, input, account }: ToolRequest,
  toolkit: Toolkit,
  session: OpenSession,
): Action<JsonObject> {
  const upstream = session.upstreams.find((each) => each.toolkit.slug === toolkit.slug);
  const common = { tool, toolkit: toolkit.slug, input, repetition: 'own' as const };
  const unknown = unknownTool([tool], session.scope.catalog, undefined, (near) => session.scope.allows(near));
  // The gate finds that there is no account to ask with, and says how to come by one.
  if (upstream?.lacksAccount === true) {
    const security = toolkit.authSchemes.map(({ id }) => [id]);
    return {
      ...common,
      account: { toolkit, security, optional: false, named: account },
      perform: () => Promise.reject(unknown),
    };
  }
  if (upstream?.failure === undefined) throw unknown;
  return { ...common, perform: () => Promise.reject(notAskable(tool, upstream.failure)) };
}

function notAskable(tool: string, failure: JackfieldError | undefined): JackfieldError {
  const isMended = failure?.code === 'CONNECTION_SCOPES_MISSING' || failure?.code === 'CONNECTION_EXPIRED';
  return new JackfieldError(isMended ? failure.code : 'UNAVAILABLE', {
    message: `${tool} cannot be called: ${failure?.message ?? ''}`,
    fix: failure?.fix ?? 'Try again later.',
    details: { ...failure?.details, tool },
    cause: failure,
  });
}

/** A toolkit that the session names, and that was removed since. */
function goneToolkit(slug: string, { toolkits, tools }: SessionConfig, catalog: Catalog): string | undefined {
  const named = [
    ...(toolkits !== undefined && 'enable' in toolkits ? toolkits.enable : []),
    ...Object.keys(tools ?? {}),
  ];
  return named.find(
    (toolkit) => !catalog.toolkits.has(toolkit) && slug.toUpperCase().startsWith(`${toolkit.toUpperCase()}_`),
  );
}

function goneTool(tool: string, toolkit: string): JackfieldError {
  return new JackfieldError('UNKNOWN_TOOL', {
    message: `There is no tool ${JSON.stringify(tool)} any more: the toolkit ${toolkit}, which this session names, was removed.`,
    fix: `Use another toolkit, or add ${toolkit} again.`,
    details: { tool, toolkit },
  });
}

function notAllowed(tool: string, message: string): JackfieldError {
  return new JackfieldError('TOOL_NOT_ALLOWED', {
    message,
    fix: 'Use a tool that the session allows, or change the session if this one is meant to be used.',
    details: { tool },
  });
}

function narrowedOut(tool: string): JackfieldError {
  return new JackfieldError('TOOL_NOT_ALLOWED', {
    message: `The token of this call does not allow ${tool}.`,
    fix: 'Use a tool that it allows, or make another token for the session if this one is meant to be used.',
    details: { tool },
  });
}

function notFromBatch(tool: string): JackfieldError {
  return new JackfieldError('TOOL_NOT_ALLOWED', {
    message: `${tool} cannot be one of several calls.`,
    fix: 'Call it by itself.',
    details: { tool },
  });
}

function runsInTheCaller(tool: string): JackfieldError {
  return new JackfieldError('UNKNOWN_TOOL', {
    message: `${tool} is a custom tool: it runs in the program that defines it, and this call did not come through there.`,
    fix: 'Bind it where the session is used, sessions.use(id, { customTools: [...] }), or have that program serve it: session.serveCustomTools().',
    details: { tool },
  });
}
