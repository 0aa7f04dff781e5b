import type { ExecuteResponse, JsonObject } from '@jackfield/contract';
import type { StructuredOutput } from '@jackfield/engine';
import { type CallToolResult, type ContentBlock, isSpecType } from '@modelcontextprotocol/server';

/**
 * What a tool call came to, as MCP says it. A failure is a result that a model reads and can mend. A success has no `_meta`:
 * some clients hand that on to the model.
 */
export function toMcpResult(response: ExecuteResponse, output: StructuredOutput): CallToolResult {
  const { data, error, logId } = response;
  if (error !== null) {
    const said = contentBlocks(data) ?? (Object.keys(data).length === 0 ? [] : [text(JSON.stringify(data))]);
    return { content: [text(error), ...said], isError: true, _meta: { 'jackfield/log-id': logId } };
  }
  const content = blocksOf(response.content) ?? contentOf(data, logId);
  switch (output.kind) {
    case 'unspecified':
      return { content };
    case 'fits':
      return { content, structuredContent: output.value };
    // A client refuses a result without structured content, or with one that breaks the schema, unless it is an error.
    case 'differs':
      return {
        content: [
          text(
            `The call was successful; do not repeat it. Its result differs from what the tool promises (${output.issue}) and is given as it came:`,
          ),
          ...content,
        ],
        isError: true,
      };
  }
}

function text(value: string): ContentBlock {
  return { type: 'text', text: value };
}

function contentOf(data: JsonObject, logId: string): ContentBlock[] {
  return contentBlocks(data) ?? fileBlock(data, logId) ?? [text(JSON.stringify(data))];
}

/** Of a tool that answers in MCP's own blocks and nothing else: `{ content: [{ type: 'image', ... }] }`. */
function contentBlocks(data: JsonObject): ContentBlock[] | undefined {
  const { content, ...others } = data;
  return Object.keys(others).length > 0 ? undefined : blocksOf(content);
}

function blocksOf(content: unknown): ContentBlock[] | undefined {
  if (!Array.isArray(content) || content.length === 0) return undefined;
  const blocks: unknown[] = content;
  return blocks.every(isSpecType.ContentBlock) ? blocks : undefined;
}

/** Of a service that answered bytes. */
function fileBlock(data: JsonObject, logId: string): ContentBlock[] | undefined {
  const { name, content_type: mimeType, size, content, ...others } = data;
  if (typeof mimeType !== 'string' || typeof size !== 'number' || typeof content !== 'string') return undefined;
  if (Object.keys(others).length > 0) return undefined;
  const kind = mimeType.split('/')[0];
  if (kind === 'image' || kind === 'audio') return [{ type: kind, data: content, mimeType }];
  const path = typeof name === 'string' ? encodeURIComponent(name) : 'file';
  return [{ type: 'resource', resource: { uri: `jackfield://tool-calls/${logId}/${path}`, mimeType, blob: content } }];
}
