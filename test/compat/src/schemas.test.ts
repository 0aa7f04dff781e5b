import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@jackfield/catalog';
import { openKeys } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { toNodeHandler } from '@jackfield/server/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LangchainTool, VercelTool } from './lane.ts';
import { importLane, laneNames } from './lanes.ts';
import { startHttp } from './start-http.ts';

/** Of the catalogue, with schemas of every kind: unions, references, defaults of what is required, bounds of size. */
const slugs = ['asana', 'plaid', 'notion', 'ato', 'spotify'];

describe.each(laneNames)('%s', (name) => {
  let baseURL: string;
  let apiKey: string;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-compat-'));
    const keys = await openKeys({ dataDir });
    apiKey = (await keys.create({ name: 'schemas' })).key;
    await keys.close();
    const server = embedded({ dataDir, toolkits: [catalog({ include: (slug) => slugs.includes(slug) })] });
    const http = await startHttp(toNodeHandler(server.handler));
    baseURL = http.origin;
    close = async () => {
      await http.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    };
  });
  afterAll(() => close?.());

  test('takes every tool of real documents, each with an object root for models', async () => {
    const lane = await importLane(name);
    const lost: string[] = [];
    let count = 0;
    for (const Provider of [lane.VercelProvider, lane.LangchainProvider]) {
      const composio = new lane.core.Composio({
        apiKey,
        baseURL,
        provider: new Provider(),
        allowTracking: false,
        disableVersionCheck: true,
      });
      for (const slug of slugs) {
        const tools = (await composio.tools.get('user', { toolkits: [slug], limit: 9_999 })) as
          | readonly LangchainTool[]
          | Readonly<Record<string, VercelTool>>;
        const schemas = Array.isArray(tools)
          ? tools.map((tool: LangchainTool) => [tool.name, tool.schema] as const)
          : Object.entries(tools).map(([tool, { inputSchema }]) => [tool, inputSchema] as const);
        for (const [tool, schema] of schemas) {
          count += 1;
          if (Object(await lane.asSchema(schema).jsonSchema).type !== 'object') lost.push(tool);
        }
      }
    }
    expect(count).toBeGreaterThan(1_000);
    expect(lost).toEqual([]);
  }, 60_000);
});
