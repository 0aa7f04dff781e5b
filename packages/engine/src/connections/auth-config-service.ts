import {
  type AuthConfig,
  type AuthConfigListResponse,
  type CredentialInput,
  JackfieldError,
  type ListAuthConfigsQuery,
} from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { ToolkitRegistry } from '../toolkits/toolkit-registry.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import {
  defaultSchemes,
  isUsable,
  schemeForCredential,
  takes,
  toAuthSchemeMode,
  type UsableAuthScheme,
} from './auth-choice.ts';

/** What a list answers without a limit of the caller's own. */
export const defaultPageSize = 50;

export class AuthConfigService {
  readonly #store: Store;
  readonly #registry: ToolkitRegistry;

  constructor(options: { store: Store; registry: ToolkitRegistry }) {
    this.#store = options.store;
    this.#registry = options.registry;
  }

  /**
   * The auth config that accounts of a toolkit are connected under unless another one is named; made when it is first
   * needed.
   *
   * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`
   */
  async ensureDefault(projectId: string, toolkit: Toolkit): Promise<StoredAuthConfig> {
    const [first, ...others] = defaultSchemes(toolkit);
    return this.#store.authConfigs.ensureDefault(projectId, toolkit.slug, () => ({
      id: createId('ac'),
      schemeId: first.id,
      mode: first.mode,
      name: toolkit.name,
      settings: { schemeIds: [first.id, ...others.map(({ id }) => id)] },
    }));
  }

  /**
   * An auth config of the toolkit under which a credential of this mode can be used: the default one if it fits, else
   * one for a scheme that does.
   *
   * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`
   */
  async ensureForCredential(
    projectId: string,
    toolkit: Toolkit,
    mode: CredentialInput['mode'],
  ): Promise<StoredAuthConfig> {
    const scheme = schemeForCredential(toolkit, mode);
    const standard = await this.ensureDefault(projectId, toolkit);
    const [only, ...more] = schemesOf(standard, toolkit);
    if (only !== undefined && more.length === 0 && takes(only, mode)) return standard;
    const { items } = await this.#store.authConfigs.list({
      projectId,
      toolkit: toolkit.slug,
      enabled: true,
      limit: 100,
    });
    const existing = items.find((authConfig) => {
      const [first, ...others] = schemesOf(authConfig, toolkit);
      return first !== undefined && others.length === 0 && takes(first, mode);
    });
    return (
      existing ??
      (await this.#store.authConfigs.create({
        id: createId('ac'),
        projectId,
        toolkit: toolkit.slug,
        schemeId: scheme.id,
        mode: scheme.mode,
        name: `${toolkit.name} (${scheme.id})`,
        settings: { schemeIds: [scheme.id] },
      }))
    );
  }

  async get(id: string, { projectId }: CallContext): Promise<AuthConfig> {
    const stored = await this.#store.authConfigs.get(projectId, id);
    if (stored === undefined) throw authConfigNotFound(id);
    return toAuthConfig(stored, (await this.#registry.catalog()).toolkits.get(stored.toolkit)?.toolkit);
  }

  async list(query: ListAuthConfigsQuery, { projectId }: CallContext): Promise<AuthConfigListResponse> {
    const catalog = await this.#registry.catalog();
    const { toolkitSlug, cursor, limit = defaultPageSize } = query;
    if (toolkitSlug !== undefined && !catalog.toolkits.has(toolkitSlug)) throw unknownToolkit([toolkitSlug], catalog);
    const page = await this.#store.authConfigs.list({ projectId, toolkit: toolkitSlug, cursor, limit });
    return {
      items: page.items.map((stored) => toAuthConfig(stored, catalog.toolkits.get(stored.toolkit)?.toolkit)),
      nextCursor: page.nextCursor,
    };
  }
}

/** The auth schemes that an account under this auth config needs credentials for. */
export function schemesOf(authConfig: StoredAuthConfig, toolkit: Toolkit): readonly UsableAuthScheme[] {
  const { schemeIds } = authConfig.settings;
  const ids: readonly unknown[] = Array.isArray(schemeIds) ? schemeIds : [authConfig.schemeId];
  return ids.flatMap((id) => toolkit.authSchemes.filter(isUsable).filter((scheme) => scheme.id === id));
}

export function authConfigNotFound(id: string): JackfieldError {
  return new JackfieldError('NOT_FOUND', {
    message: `There is no auth config ${id}.`,
    fix: 'Check the id, or list the auth configs of this project.',
  });
}

function toAuthConfig(stored: StoredAuthConfig, toolkit: Toolkit | undefined): AuthConfig {
  return {
    id: stored.id,
    name: stored.name,
    toolkit: { slug: stored.toolkit, logo: toolkit?.logo ?? '' },
    authScheme: toAuthSchemeMode(stored.mode),
    status: stored.enabled ? 'ENABLED' : 'DISABLED',
    isDefault: stored.isDefault,
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}
