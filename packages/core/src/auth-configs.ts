import type { AuthConfig, CreateAuthConfigBody, ListAuthConfigsQuery, UpdateAuthConfigBody } from '@jackfield/contract';
import { firstPage, type Page } from './page.ts';
import type { CallOptions, Transport } from './transport.ts';

/** How the project authenticates with toolkits. */
export class AuthConfigs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * Says how accounts of a toolkit are connected: with an OAuth client of the project's own, or otherwise than by default.
   * Toolkits that take a key need none.
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `UNSUPPORTED_AUTH_SCHEME`, `INVALID_REQUEST`
   */
  create(authConfig: CreateAuthConfigBody, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.create', { body: authConfig }, options);
  }

  /** Newest first. */
  list(query: ListAuthConfigsQuery = {}, options?: CallOptions): Promise<Page<AuthConfig>> {
    return firstPage(query, (page) => this.#transport.call('authConfigs.list', { query: page }, options));
  }

  /** @throws JackfieldError `NOT_FOUND` */
  get(authConfigId: string, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.get', { params: { authConfigId } }, options);
  }

  /**
   * Changes what is given; `null` takes a setting away.
   * @throws JackfieldError `NOT_FOUND`, `CONFLICT`, `INVALID_REQUEST`
   */
  update(authConfigId: string, change: UpdateAuthConfigBody, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.update', { params: { authConfigId }, body: change }, options);
  }

  /** Lets accounts be connected and used under it again. @throws JackfieldError `NOT_FOUND` */
  enable(authConfigId: string, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.enable', { params: { authConfigId } }, options);
  }

  /** Lets no account be connected or used under it. @throws JackfieldError `NOT_FOUND` */
  disable(authConfigId: string, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.disable', { params: { authConfigId } }, options);
  }

  /** Deletes it and the accounts that were connected under it. @throws JackfieldError `NOT_FOUND` */
  async delete(authConfigId: string, options?: CallOptions): Promise<void> {
    await this.#transport.call('authConfigs.delete', { params: { authConfigId } }, options);
  }
}
