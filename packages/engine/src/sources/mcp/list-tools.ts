import type { Client } from '@modelcontextprotocol/client';
import type { JsonObject } from '../../stores/store.ts';

/** All tools of a server; none of one that says it has none. */
export async function listTools(client: Client, signal: AbortSignal): Promise<readonly JsonObject[]> {
  // The SDK writes to the console when it is asked all the same.
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const { tools } = await client.listTools(undefined, { cacheMode: 'bypass', signal });
  return tools.map((tool): JsonObject => ({ ...tool }));
}
