import type { AuthConfig, ListAuthConfigsQuery } from '@jackfield/contract';
import { firstPage, type Page } from './page.ts';
import type { CallOptions, Transport } from './transport.ts';

/** How the project authenticates with toolkits. */
export class AuthConfigs {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Newest first. */
  list(query: ListAuthConfigsQuery = {}, options?: CallOptions): Promise<Page<AuthConfig>> {
    return firstPage(query, (page) => this.#transport.call('authConfigs.list', { query: page }, options));
  }

  /** @throws JackfieldError `NOT_FOUND` */
  get(authConfigId: string, options?: CallOptions): Promise<AuthConfig> {
    return this.#transport.call('authConfigs.get', { params: { authConfigId } }, options);
  }
}
