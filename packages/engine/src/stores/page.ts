import { JackfieldError } from '@jackfield/contract';
import { decodeCursor, encodeCursor, type ListName } from './cursor.ts';
import type { Page, PageRequest } from './store.ts';

/** What a query for one page asks for. */
export interface PageQuery {
  /** Only rows below this position; `undefined` on the first page. */
  readonly before: number | undefined;
  /** One row more than the page has, which tells whether there is a next one. */
  readonly limit: number;
}

export function pageQuery(list: ListName, { cursor, limit }: PageRequest): PageQuery {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new JackfieldError('INVALID_REQUEST', {
      message: `The page limit is ${limit}.`,
      fix: 'Ask for a whole number of at least 1.',
    });
  }
  return { before: cursor === undefined ? undefined : decodeCursor(list, cursor), limit: limit + 1 };
}

/** The page made of what a {@link PageQuery} found, newest first. */
export function toPage<Row, Item>(
  list: ListName,
  rows: readonly Row[],
  query: PageQuery,
  position: (row: Row) => number,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, query.limit - 1);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length < query.limit || last === undefined ? null : encodeCursor(list, position(last)),
  };
}
