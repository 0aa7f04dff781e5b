import { JackfieldError, type SessionConfig, type SessionWarning } from '@jackfield/contract';
import type { Store } from '../stores/store.ts';
import { baseUrlMissing } from '../toolkits/base-url-missing.ts';
import type { Catalog, CatalogToolkit } from '../toolkits/catalog.ts';
import { unknownTool, unknownToolkit } from '../toolkits/unknown-name.ts';
import type { SessionScope } from './session-scope.ts';

export interface SessionConfigSubject {
  readonly projectId: string;
  readonly userId: string;
}

/**
 * Checks that everything a config names is there and may be used by this user.
 *
 * @throws JackfieldError `UNKNOWN_TOOLKIT`, `UNKNOWN_TOOL`, `INVALID_SESSION_CONFIG`
 */
export async function validateSessionConfig(
  config: SessionConfig,
  subject: SessionConfigSubject,
  catalog: Catalog,
  store: Store,
): Promise<void> {
  checkNames(config, catalog);
  checkPreload(config, catalog);
  // Most sessions name neither: then nothing is read.
  if (config.authConfigs !== undefined) await checkAuthConfigs(config.authConfigs, subject, store);
  if (config.connectedAccounts !== undefined) await checkConnectedAccounts(config.connectedAccounts, subject, store);
}

/** What is allowed and yet probably not meant. */
export function warningsAbout(config: SessionConfig, scope: SessionScope): SessionWarning[] {
  const warnings: SessionWarning[] = [];
  const gone = namedToolkits(config).filter((slug) => !scope.catalog.toolkits.has(slug));
  if (gone.length > 0) {
    warnings.push({
      code: 'TOOLKIT_REMOVED',
      message: `The session names ${gone.join(', ')}, which was removed or is not loaded: none of its tools can be used.`,
    });
  }
  for (const slug of new Set(namedToolkits(config))) {
    const toolkit = scope.catalog.toolkits.get(slug);
    const missing = toolkit === undefined ? undefined : baseUrlMissing(toolkit);
    if (missing !== undefined) warnings.push({ code: 'BASE_URL_MISSING', message: missing.message });
  }
  const unreachable = Object.keys(config.tools ?? {}).filter(
    (toolkit) => scope.catalog.toolkits.has(toolkit) && !scope.allowsToolkit(toolkit),
  );
  if (unreachable.length > 0) {
    warnings.push({
      code: 'TOOLKIT_NOT_ALLOWED',
      message: `The tools of ${unreachable.join(', ')} are listed, but the toolkits of this session leave it out.`,
    });
  }
  if (Array.isArray(config.preload?.tools)) {
    const listed = new Set(scope.preloaded.map(({ slug }) => slug));
    const missing = config.preload.tools.filter((slug) => !listed.has(slug));
    if (missing.length > 0) {
      warnings.push({
        code: 'PRELOADED_TOOL_NOT_ALLOWED',
        message: `Not listed, because the filters of this session leave them out: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ` and ${missing.length - 10} more` : ''}.`,
      });
    }
  }
  if (scope.preloaded.length > manyTools) {
    warnings.push({
      code: 'MANY_TOOLS',
      message: `This session lists ${scope.preloaded.length} tools. Most models choose badly among more than ${manyTools}, and some refuse them; preload fewer and let search find the rest.`,
    });
  }
  return warnings;
}

/** OpenAI refuses more functions than this in one request. */
const manyTools = 128;

function namedToolkits({ toolkits, tools, authConfigs, connectedAccounts }: SessionConfig): readonly string[] {
  const named = [
    ...(toolkits === undefined ? [] : 'enable' in toolkits ? toolkits.enable : toolkits.disable),
    ...Object.keys(tools ?? {}),
    ...Object.keys(authConfigs ?? {}),
    ...Object.keys(connectedAccounts ?? {}),
  ];
  return [...new Set(named)];
}

function checkNames(config: SessionConfig, catalog: Catalog): void {
  const { tools, preload } = config;
  const unknown = namedToolkits(config).filter((slug) => !catalog.toolkits.has(slug));
  if (unknown.length > 0) throw unknownToolkit(unknown, catalog);
  for (const [toolkit, filter] of Object.entries(tools ?? {})) {
    if ('tags' in filter) continue;
    const known = catalog.toolkits.get(toolkit);
    const missing = ('enable' in filter ? filter.enable : filter.disable).filter(
      (slug) => !known?.tools.has(slug) && !(known !== undefined && mayList(known, slug)),
    );
    if (missing.length > 0) throw unknownTool(missing, catalog, toolkit);
  }
  if (Array.isArray(preload?.tools)) {
    const live = [...catalog.toolkits.values()].filter(({ isLive }) => isLive);
    const missing = preload.tools.filter(
      (slug) => catalog.findTool(slug) === undefined && !live.some((toolkit) => mayList(toolkit, slug)),
    );
    if (missing.length > 0) throw unknownTool(missing, catalog);
  }
}

/** What an MCP server lists is known once it was asked, with an account of the user's, perhaps. */
function mayList({ isLive, slug: toolkit }: CatalogToolkit, slug: string): boolean {
  return isLive && slug.startsWith(`${toolkit.toUpperCase()}_`);
}

function checkPreload({ preload, toolkits, tools, tags }: SessionConfig, catalog: Catalog): void {
  if (preload?.tools !== 'all') return;
  const positive =
    (toolkits !== undefined && 'enable' in toolkits) ||
    tags?.enable !== undefined ||
    Object.values(tools ?? {}).some((filter) =>
      'tags' in filter ? filter.tags.enable !== undefined : 'enable' in filter,
    );
  if (positive && hasFewToolkits(toolkits, catalog)) return;
  if (positive) {
    throw new JackfieldError('INVALID_SESSION_CONFIG', {
      message: `All tools are to be preloaded, but the session is about too many toolkits: this server has ${catalog.toolkits.size}.`,
      fix: `Enable at most ${toolkitsPreloaded} toolkits, or list the tools to preload.`,
    });
  }
  throw new JackfieldError('INVALID_SESSION_CONFIG', {
    message: 'All tools are to be preloaded, but nothing says which toolkits, tools or tags the session is about.',
    fix: 'Enable some toolkits, tools or tags, or list the tools to preload.',
  });
}

/** More than any model is given the tools of; all of a catalogue would have to be read. */
const toolkitsPreloaded = 200;

function hasFewToolkits(toolkits: SessionConfig['toolkits'], catalog: Catalog): boolean {
  const enabled = toolkits !== undefined && 'enable' in toolkits ? toolkits.enable.length : catalog.toolkits.size;
  return enabled <= toolkitsPreloaded;
}

async function checkAuthConfigs(
  authConfigs: Readonly<Record<string, string>>,
  { projectId }: SessionConfigSubject,
  store: Store,
): Promise<void> {
  await Promise.all(
    Object.entries(authConfigs).map(async ([toolkit, id]) => {
      const authConfig = await store.authConfigs.get(projectId, id);
      if (authConfig === undefined) {
        throw invalid(`There is no auth config ${id} (given for ${toolkit}).`, { authConfigId: id, toolkit });
      }
      if (authConfig.toolkit !== toolkit) {
        throw invalid(`The auth config ${id} is one of ${authConfig.toolkit}, not of ${toolkit}.`, {
          authConfigId: id,
          toolkit,
        });
      }
      if (!authConfig.enabled) {
        throw invalid(`The auth config ${id} of ${toolkit} is disabled.`, { authConfigId: id, toolkit });
      }
    }),
  );
}

async function checkConnectedAccounts(
  connectedAccounts: Readonly<Record<string, readonly string[]>>,
  { projectId, userId }: SessionConfigSubject,
  store: Store,
): Promise<void> {
  await Promise.all(
    Object.entries(connectedAccounts).flatMap(([toolkit, ids]) =>
      ids.map(async (id) => {
        const account = await store.connectedAccounts.get(projectId, id);
        const details = { connectedAccountId: id, toolkit };
        if (account === undefined) {
          throw invalid(`There is no connected account ${id} (given for ${toolkit}).`, details);
        }
        if (account.userId !== userId) {
          throw invalid(`The connected account ${id} belongs to another user than ${userId}.`, details);
        }
        if (account.toolkit !== toolkit) {
          throw invalid(`The connected account ${id} is one of ${account.toolkit}, not of ${toolkit}.`, details);
        }
      }),
    ),
  );
}

function invalid(message: string, details: Readonly<Record<string, unknown>>): JackfieldError {
  return new JackfieldError('INVALID_SESSION_CONFIG', {
    message,
    fix: 'Correct the session config and send it again.',
    details,
  });
}
