import { JackfieldError, type JsonObject } from '@jackfield/contract';
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { ScopesNeeded } from '../../connections/scopes-needed.ts';
import type { Granted, Performed } from '../../execution/action.ts';
import { toDataObject } from '../../execution/data-object.ts';
import { isRepeatable } from '../../execution/http-tool.ts';
import type { EngineLimits } from '../../execution/limits.ts';
import { redact } from '../../execution/redact.ts';
import { resultTooLarge } from '../../execution/result-too-large.ts';
import type { McpBinding, Tool, Toolkit } from '../../toolkit.ts';
import { ChallengeError } from './challenge-error.ts';
import type { UpstreamClients } from './upstream-clients.ts';

export interface McpToolOptions {
  readonly clients: UpstreamClients;
  readonly limits: EngineLimits;
  /** The tools of the toolkit have changed, as the account that was used sees them. */
  readonly onToolsChanged: (toolkit: Toolkit, projectId: string, connectedAccountId: string | undefined) => void;
  /** The account has to be connected with more scopes. */
  readonly onScopesNeeded: ScopesNeeded;
}

/** Calls a tool of an MCP server. */
export async function runMcpTool(
  { tool, toolkit, binding, input }: { tool: Tool; toolkit: Toolkit; binding: McpBinding; input: JsonObject },
  granted: Granted,
  { clients, limits, onToolsChanged, onScopesNeeded }: McpToolOptions,
): Promise<Performed<JsonObject>> {
  const { accountId, reauthorization, signal, reportProgress, session } = granted;
  const call = (authorization: Granted['authorization']) =>
    clients.use(
      {
        toolkit,
        owner: accountId ?? '',
        authorization,
        signal,
        onToolsChanged: () => onToolsChanged(toolkit, session.projectId, accountId),
      },
      (client) =>
        client.callTool(
          { name: binding.name, arguments: input },
          {
            signal,
            timeout: limits.toolTimeoutMs,
            maxTotalTimeout: limits.toolTimeoutMs,
            // Its output schema is for the session's own endpoint to mind.
            toolDefinition: { name: binding.name, inputSchema: binding.inputSchema },
            onprogress: ({ progress, total, message }) => reportProgress({ progress, total, message }),
          },
        ),
    );
  try {
    return toPerformed(await withReauthorization(call, granted), tool, toolkit, secretsOf(toolkit, granted), limits);
  } catch (error) {
    if (error instanceof ChallengeError) {
      const { status, scopes } = error.challenge;
      if (status === 403 && accountId !== undefined)
        throw await onScopesNeeded(toolkit, session.projectId, accountId, scopes);
      return { data: {}, failure: notAccepted(toolkit, status, accountId !== undefined) };
    }
    if (JackfieldError.isInstance(error) && error.code === 'TIMEOUT' && isRepeatable(tool)) {
      return {
        data: {},
        failure: new JackfieldError('TIMEOUT', { ...error.toJSON(), fix: 'Try again later.', retryable: true }),
      };
    }
    throw error;
  }

  /** A request that the server refused to look at (401) was not carried out: with a better credential it is sent once more. */
  async function withReauthorization<Result>(
    attempt: (authorization: Granted['authorization']) => Promise<Result>,
    { authorization }: Granted,
  ): Promise<Result> {
    try {
      return await attempt(authorization);
    } catch (error) {
      if (!(error instanceof ChallengeError) || error.challenge.status !== 401) throw error;
      // MCP 2025-11-25, Error Handling: it is the token, for scopes are asked for by 403.
      const better = await reauthorization?.authorize(true);
      if (better === undefined) throw error;
      try {
        return await attempt(better);
      } catch (second) {
        if (second instanceof ChallengeError && second.challenge.status === 401) reauthorization?.wasInVain();
        throw second;
      }
    }
  }
}

/** What must not be seen in what comes back. */
function secretsOf({ upstream }: Toolkit, { secrets }: Granted): readonly string[] {
  return upstream?.kind === 'http' ? [...secrets, ...Object.values(upstream.headers)] : secrets;
}

/**
 * What the tool answered. `data` is its structured content, or `{ content }` where it has none; `content` is there beside
 * structured content that does not hold everything.
 */
function toPerformed(
  { content: received, structuredContent, isError }: CallToolResult,
  tool: Tool,
  toolkit: Toolkit,
  secrets: readonly string[],
  limits: EngineLimits,
): Performed<JsonObject> {
  const text = JSON.stringify({ content: received ?? [], structuredContent });
  if (text.length > limits.maxResponseBytes) {
    return { data: {}, failure: resultTooLarge(tool, limits.maxResponseBytes) };
  }
  const { content, structuredContent: structured }: { content: ContentBlock[]; structuredContent?: unknown } =
    JSON.parse(redact(text, secrets));
  if (isError === true) {
    const said = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    const shown = content.filter(({ type }) => type !== 'text');
    return {
      data: shown.length === 0 ? {} : { content: shown },
      failure: new JackfieldError('UPSTREAM_ERROR', {
        message:
          said === ''
            ? `${tool.name} failed and did not say why.`
            : said.length > 4_000
              ? `${said.slice(0, 4_000)}…`
              : said,
        fix: 'If the message names an argument, correct it and call again; otherwise tell the user.',
        details: { toolkit: toolkit.slug },
      }),
    };
  }
  if (structured === undefined || structured === null) return { data: { content } };
  const data = toDataObject(structured);
  return repeats(content, structured)
    ? { data }
    : { data, content: content.map((block): JsonObject => ({ ...block })) };
}

/** Servers repeat structured content as text, for clients that know only that (MCP 2025-11-25, Structured Content). */
function repeats(content: readonly ContentBlock[], structured: unknown): boolean {
  const [only, ...others] = content;
  if (only === undefined) return true;
  if (others.length > 0 || only.type !== 'text') return false;
  try {
    return JSON.stringify(JSON.parse(only.text)) === JSON.stringify(structured);
  } catch {
    return false;
  }
}

/** Whether the data of a result is content blocks and nothing else, as for a tool without structured content. */
export function isContent({ content, ...others }: JsonObject): boolean {
  return Array.isArray(content) && Object.keys(others).length === 0;
}

function notAccepted({ name, slug }: Toolkit, status: 401 | 403, hasAccount: boolean): JackfieldError {
  return new JackfieldError('UPSTREAM_ERROR', {
    message: hasAccount
      ? `${name} did not accept the credential of the connected account.`
      : `${name} asks for a sign-in, although its toolkit says that it needs none.`,
    fix: hasAccount
      ? 'The user has to connect the account again.'
      : "Set `auth: 'oauth'`, or `headers`, where the toolkit is made.",
    details: { status, toolkit: slug },
  });
}
