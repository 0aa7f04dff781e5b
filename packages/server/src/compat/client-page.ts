import { JackfieldError } from '@jackfield/contract';
import type { WireObject } from './wire-object.ts';

type Query = Readonly<Record<string, string>>;

/** The page of a list that a client asks for, where the whole list is known: its cursors are positions. */
export function pageOfAll<Item>(
  all: readonly Item[],
  query: Query,
  limits: { readonly usual: number; readonly maximum: number },
): { readonly items: readonly Item[]; readonly envelope: WireObject } {
  const limit = limitOf(query, limits);
  const start = positionOf(query);
  const items = all.slice(start, start + limit);
  const next = start + items.length;
  return {
    items,
    envelope: {
      next_cursor: next < all.length ? String(next) : null,
      total_pages: Math.ceil(all.length / limit),
      current_page: Math.floor(start / limit) + 1,
      total_items: all.length,
    },
  };
}

/** Where the page begins that a cursor of {@link pageOfAll} stands for. @throws JackfieldError `INVALID_CURSOR` */
export function positionOf({ cursor }: Query): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new JackfieldError('INVALID_CURSOR', {
    message: `The cursor ${JSON.stringify(cursor.slice(0, 100))} was not issued for this list.`,
    fix: 'Leave it out for the first page.',
  });
}

export function limitOf(
  { limit }: Query,
  { usual, maximum }: { readonly usual: number; readonly maximum: number },
): number {
  const wanted = Number(limit ?? usual);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, maximum) : usual;
}

/**
 * How a page of a list is said that nobody counts. Its cursors hold how many came before; what is still to come counts as
 * one, so that clients see that there is more.
 */
export function pageOfUncounted(
  { items, nextCursor, before }: { items: readonly unknown[]; nextCursor: unknown; before: number },
  limit: number,
): WireObject {
  const seen = before + items.length;
  const total = nextCursor === null ? seen : seen + 1;
  return {
    next_cursor: nextCursor === null ? null : `${seen}.${nextCursor}`,
    total_pages: Math.ceil(total / limit),
    current_page: Math.floor(before / limit) + 1,
    total_items: total,
  };
}

/** What a cursor of {@link pageOfUncounted} stands for; any other is handed on, to be refused where it is read. */
export function uncountedCursor({ cursor }: Query): { readonly before: number; readonly cursor?: string } {
  if (cursor === undefined) return { before: 0 };
  const [, before, rest] = /^(\d{1,9})\.(.+)$/s.exec(cursor) ?? [];
  return before === undefined || rest === undefined ? { before: 0, cursor } : { before: Number(before), cursor: rest };
}
