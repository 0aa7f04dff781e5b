import { Jackfield, SessionPreset } from '@jackfield/core';
import { convertOpenApi } from '@jackfield/engine';
import { embedded } from '@jackfield/server/embedded';
import { readOpenApiDocument } from './documents.ts';
import { type RecordedAnswer, type Recording, record } from './recording.ts';

export interface RecordedSession {
  readonly id: string;
  /** Tools that it lists. */
  readonly tools: number;
  /** Length of the list as it crosses the wire. */
  readonly bytes: number;
}

export interface RecordedSessions {
  readonly sessions: readonly RecordedSession[];
  /** What the server answers for them, to clients of either kind. */
  readonly recording: Recording;
}

/**
 * Sessions that list so many of GitHub's tools, evenly taken from its published OpenAPI description, as a real server
 * at that URL answers for them.
 */
export async function recordSessions(counts: readonly number[], publicUrl: string): Promise<RecordedSessions> {
  const { toolkit } = convertOpenApi(await readOpenApiDocument('github.com/api.github.com.json'), { slug: 'github' });
  const server = embedded({ dataDir: ':memory:', publicUrl, toolkits: [toolkit] });
  try {
    const jackfield = new Jackfield({ fetch: server });
    const sessions: RecordedSession[] = [];
    const recording: RecordedAnswer[] = [];
    for (const count of counts) {
      const step = toolkit.tools.length / count;
      const slugs = Array.from({ length: count }, (_, index) => toolkit.tools[Math.floor(index * step)]?.slug ?? '');
      const { sessionId: id } = await jackfield.create('bench', {
        sessionPreset: SessionPreset.DIRECT_TOOLS,
        tools: { github: slugs },
        toolkits: ['github'],
      });
      const base = `/v1/tool_router/session/${id}`;
      const [session, list] = await record(server, [`GET ${base}`, `GET ${base}/tools?limit=500`]);
      if (session === undefined || list === undefined) throw new Error('Nothing was recorded.');
      sessions.push({ id, tools: count, bytes: list.body.length });
      recording.push(session, list, ...[withMcp(session, publicUrl), list].map(asComposioAsks));
    }
    return { sessions, recording };
  } finally {
    await server.close();
  }
}

/** The same answer at the path where the peer's client looks for it. */
function asComposioAsks(answer: RecordedAnswer): RecordedAnswer {
  return { ...answer, request: answer.request.replace(' /v1/', ' /api/v3.1/') };
}

/** The peer's client does not take a session without an MCP address. */
function withMcp(answer: RecordedAnswer, publicUrl: string): RecordedAnswer {
  const session: object = JSON.parse(new TextDecoder().decode(answer.body));
  const body = { mcp: { type: 'http', url: `${publicUrl}/mcp` }, ...session };
  return { ...answer, body: new TextEncoder().encode(JSON.stringify(body)) };
}
