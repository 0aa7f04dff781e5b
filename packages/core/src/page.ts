import { type CursorPage, JackfieldError } from '@jackfield/contract';

/**
 * One page of a list. `for await (const item of page)` goes through the items of this page and of all that follow;
 * `page.pages()` does so page by page.
 */
export class Page<TItem> implements AsyncIterable<TItem> {
  readonly items: readonly TItem[];
  /** For the `cursor` of another call; `null` on the last page. */
  readonly nextCursor: string | null;
  readonly #load: (cursor: string) => Promise<Page<TItem>>;

  constructor(page: CursorPage<TItem>, load: (cursor: string) => Promise<Page<TItem>>) {
    this.items = page.items;
    this.nextCursor = page.nextCursor;
    this.#load = load;
  }

  /** This page and all that follow, fetched as they are asked for. */
  async *pages(): AsyncGenerator<Page<TItem>, void, undefined> {
    const seen = new Set<string>();
    let page: Page<TItem> = this;
    yield page;
    while (page.nextCursor !== null) {
      rememberCursor(seen, page.nextCursor);
      page = await page.#load(page.nextCursor);
      yield page;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<TItem, void, undefined> {
    for await (const page of this.pages()) yield* page.items;
  }
}

/**
 * A list whose cursors go round in a circle would never end.
 * @throws JackfieldError `UPSTREAM_INVALID_RESPONSE`
 */
export function rememberCursor(seen: Set<string>, cursor: string): void {
  if (seen.has(cursor)) {
    throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', { message: `The server sent the cursor ${cursor} twice.` });
  }
  seen.add(cursor);
}

/** Makes a page of what `load` answers, with the way to those that follow. */
export async function firstPage<TItem, TQuery extends { readonly cursor?: string | undefined }>(
  query: TQuery,
  load: (query: TQuery) => Promise<CursorPage<TItem>>,
): Promise<Page<TItem>> {
  return new Page(await load(query), (cursor) => firstPage({ ...query, cursor }, load));
}
