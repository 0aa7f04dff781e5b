/** One page of a list. */
export interface CursorPage<T> {
  items: T[];
  /** Opaque; hand it back as `cursor` to get the next page. `null` on the last page. */
  nextCursor: string | null;
}

/** One page of a list whose length is known. */
export interface CountedPage<T> extends CursorPage<T> {
  totalItems: number;
  totalPages: number;
  /** From 1. */
  currentPage: number;
}

export interface PageQuery {
  cursor?: string | undefined;
  /** Items a page; each route states its default and maximum. */
  limit?: number | undefined;
}
