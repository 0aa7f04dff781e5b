import { JackfieldError } from '@jackfield/contract';
import { freezeTool } from './freeze-tool.ts';
import { rememberCursor } from './page.ts';
import type { SessionTool } from './provider.ts';
import type { CallOptions, Transport } from './transport.ts';

interface ToolPage {
  readonly items: readonly SessionTool[];
  readonly nextCursor: string | null;
  readonly etag: string | undefined;
}

/** The tools that a session lists: fetched once, then only asked for whether they are still the same. */
export class ToolList {
  readonly #transport: Transport;
  readonly #sessionId: string;
  #pages: readonly ToolPage[] = [];
  #tools: readonly SessionTool[] = [];

  constructor(transport: Transport, sessionId: string) {
    this.#transport = transport;
    this.#sessionId = sessionId;
  }

  /** Frozen, and the same array as long as the server's answer is the same. */
  async read(options: CallOptions): Promise<readonly SessionTool[]> {
    const known = this.#pages;
    const pages: ToolPage[] = [];
    const cursors = new Set<string>();
    let cursor: string | null | undefined;
    do {
      const page = await this.#readPage(cursor ?? undefined, known[pages.length], options);
      pages.push(page);
      cursor = page.nextCursor;
      if (cursor !== null) rememberCursor(cursors, cursor);
    } while (cursor !== null);
    if (pages.length !== known.length || pages.some((page, index) => page !== known[index])) {
      const [first] = pages;
      this.#tools = Object.freeze(pages.length === 1 && first ? first.items : pages.flatMap((page) => page.items));
      this.#pages = pages;
    }
    return this.#tools;
  }

  async #readPage(cursor: string | undefined, known: ToolPage | undefined, options: CallOptions): Promise<ToolPage> {
    const { body, etag } = await this.#transport.answer(
      'sessions.tools',
      { params: { sessionId: this.#sessionId }, query: { limit: 500, cursor } },
      { ...options, etag: known?.etag },
    );
    if (body !== undefined)
      return { items: Object.freeze(body.items.map(freezeTool)), nextCursor: body.nextCursor, etag };
    if (known !== undefined) return known;
    throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', { message: 'The server answered 304 to a first request.' });
  }
}
