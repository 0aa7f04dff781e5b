import type {
  CreateToolkitBody,
  DeleteToolkitResponse,
  ListToolkitsQuery,
  ListToolsQuery,
  ToolDetails,
  ToolItem,
  ToolkitDetails,
  ToolkitItem,
} from '@jackfield/contract';
import { firstPage, type Page } from './page.ts';
import type { CallOptions, Transport } from './transport.ts';

/** What sessions of the project can use: the server's toolkits, and those that the project adds. */
export class Toolkits {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** The project's own first. */
  list(query: ListToolkitsQuery = {}, options?: CallOptions): Promise<Page<ToolkitItem>> {
    return firstPage(query, (page) => this.#transport.call('toolkits.list', { query: page }, options));
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT` */
  get(slug: string, options?: CallOptions): Promise<ToolkitDetails> {
    return this.#transport.call('toolkits.get', { params: { slug } }, options);
  }

  /**
   * Makes a toolkit of an OpenAPI document. Every session that allows it has it from the next call on, at every server.
   * @throws JackfieldError `INVALID_TOOLKIT`, `CONFLICT`, and what fetching a URL throws
   */
  create(toolkit: CreateToolkitBody, options?: CallOptions): Promise<ToolkitDetails> {
    return this.#transport.call('toolkits.create', { body: toolkit }, options);
  }

  /** Removes one that the project added, and the accounts that were connected to it. @throws JackfieldError `NOT_FOUND` */
  delete(slug: string, options?: CallOptions): Promise<DeleteToolkitResponse> {
    return this.#transport.call('toolkits.delete', { params: { slug } }, options);
  }

  /** The tools of a toolkit, or those that do what is searched for, best first. @throws JackfieldError `UNKNOWN_TOOLKIT` */
  tools(query: ListToolsQuery, options?: CallOptions): Promise<Page<ToolItem>> {
    return firstPage(query, (page) => this.#transport.call('tools.list', { query: page }, options));
  }

  /** @throws JackfieldError `UNKNOWN_TOOL` */
  tool(slug: string, options?: CallOptions): Promise<ToolDetails> {
    return this.#transport.call('tools.get', { params: { slug } }, options);
  }
}
