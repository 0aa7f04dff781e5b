import { isJsonObject } from '@jackfield/json-schema';
import type { Client } from '@modelcontextprotocol/client';
import type { JsonObject } from '../../stores/store.ts';

export interface ListToolsOptions {
  readonly signal: AbortSignal;
  /** Hears that some tools are not as MCP has them; they are listed all the same. Default: nobody. */
  readonly onFault?: (error: unknown) => void;
}

const mostPages = 1_000;

/** All tools of a server; none of one that says it has none. */
export async function listTools(client: Client, { signal, onFault }: ListToolsOptions): Promise<readonly JsonObject[]> {
  // The SDK writes to the console when it is asked all the same.
  if (client.getServerCapabilities()?.tools === undefined) return [];
  try {
    const { tools } = await client.listTools(undefined, { cacheMode: 'bypass', signal });
    return tools.map((tool): JsonObject => ({ ...tool }));
  } catch (error) {
    const { isInvalidResult } = await import('./upstream-failure.ts');
    if (!isInvalidResult(error)) throw error;
    // To the SDK one tool with `"title": null` makes the whole list invalid.
    const tools = await listUnchecked(client, signal);
    if (tools === undefined) throw error;
    onFault?.(error);
    return tools;
  }
}

const anything = {
  '~standard': { version: 1, vendor: 'jackfield', validate: (value: unknown) => ({ value }) },
} as const;

/** Each tool is looked at by who reads it. Undefined for what is no list. */
async function listUnchecked(client: Client, signal: AbortSignal): Promise<readonly JsonObject[] | undefined> {
  const tools: JsonObject[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await client.request({ method: 'tools/list', params }, anything, { signal });
    if (!isJsonObject(page) || !Array.isArray(page.tools)) return undefined;
    tools.push(...page.tools.filter(isJsonObject).map((tool): JsonObject => ({ ...tool })));
    if (typeof page.nextCursor !== 'string' || page.nextCursor === '') break;
    cursor = page.nextCursor;
  }
  return tools;
}
