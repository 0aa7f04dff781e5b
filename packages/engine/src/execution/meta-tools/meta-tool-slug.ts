/** What stands behind the prefix in the slug of a meta tool: `SEARCH_TOOLS`. */
export type MetaToolWord =
  | 'SEARCH_TOOLS'
  | 'GET_TOOL_SCHEMAS'
  | 'MULTI_EXECUTE_TOOL'
  | 'MANAGE_CONNECTIONS'
  | 'WAIT_FOR_CONNECTIONS';

/** `JACKFIELD_SEARCH_TOOLS` */
export function metaToolSlug(prefix: string, word: MetaToolWord): string {
  return `${prefix}_${word}`;
}
