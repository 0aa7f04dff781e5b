import type { CountedPage, PageQuery } from '@jackfield/contract';
import { decodeCursor, encodeCursor, type ListName } from '../stores/cursor.ts';

/**
 * One page of a list that is wholly in memory and in a stable order.
 *
 * @throws JackfieldError `INVALID_CURSOR`
 */
export function countedPage<Item>(
  list: ListName,
  items: readonly Item[],
  { cursor, limit = Number.POSITIVE_INFINITY }: PageQuery,
  maximum: number,
): CountedPage<Item> {
  const size = Math.max(1, Math.min(limit, maximum));
  const start = cursor === undefined ? 0 : decodeCursor(list, cursor);
  const end = start + size;
  return {
    items: items.slice(start, end),
    nextCursor: end < items.length ? encodeCursor(list, end) : null,
    totalItems: items.length,
    totalPages: Math.ceil(items.length / size),
    currentPage: Math.floor(start / size) + 1,
  };
}
