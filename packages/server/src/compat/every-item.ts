import type { CallContext } from '@jackfield/engine';
import type { WireOperation } from '../bind-route.ts';
import { objectsIn, type WireObject, wireObject } from './wire-object.ts';

/** The items of a list, page after page. */
export async function* everyItem(
  list: WireOperation,
  filter: WireObject,
  pageSize: number,
  context: CallContext,
): AsyncGenerator<WireObject> {
  for (let cursor: unknown; cursor !== null; ) {
    const query = { ...filter, limit: String(pageSize), ...(cursor === undefined ? {} : { cursor }) };
    const page = wireObject(await list({ query }, context));
    yield* objectsIn(page, 'items');
    cursor = page.next_cursor;
  }
}
