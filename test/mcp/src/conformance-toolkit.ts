import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionToolContext, Tool, Toolkit } from '@jackfield/engine';

/** One red pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
/** A header and no samples. */
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=';

const noArguments = { type: 'object', properties: {} } as const;

function tool(
  slug: string,
  execute: (input: never, context: FunctionToolContext) => unknown,
  inputSchema: Tool['inputSchema'] = noArguments,
): Tool {
  return {
    slug,
    name: slug.replaceAll('_', ' '),
    description: `What the conformance suite asks of ${slug}.`,
    tags: [],
    inputSchema,
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    security: [],
    scopes: [],
    deprecated: false,
    binding: { kind: 'function', execute },
  };
}

/**
 * The tools that the official conformance suite calls, under the names by which it calls them.
 *
 * @param changeTools changes which tools the session has
 */
export function createConformanceToolkit(changeTools: () => Promise<void>): Toolkit {
  return {
    slug: 'conformance',
    name: 'Conformance',
    description: 'Tools of the MCP conformance suite.',
    version: '1.0.0',
    authSchemes: [],
    tools: [
      tool('test_simple_text', () => ({
        content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
      })),
      tool('test_image_content', () => ({ content: [{ type: 'image', data: png, mimeType: 'image/png' }] })),
      tool('test_audio_content', () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] })),
      tool('test_embedded_resource', () => ({
        content: [
          {
            type: 'resource',
            resource: {
              uri: 'test://embedded-resource',
              mimeType: 'text/plain',
              text: 'This is an embedded resource content.',
            },
          },
        ],
      })),
      tool('test_multiple_content_types', () => ({
        content: [
          { type: 'text', text: 'Multiple content types test:' },
          { type: 'image', data: png, mimeType: 'image/png' },
          {
            type: 'resource',
            resource: {
              uri: 'test://mixed-content-resource',
              mimeType: 'application/json',
              text: '{"test":"data","value":123}',
            },
          },
        ],
      })),
      tool('test_error_handling', () => {
        throw new Error('This tool intentionally returns an error for testing');
      }),
      tool('test_tool_with_progress', async (_, { reportProgress, signal }) => {
        for (const progress of [0, 50, 100]) {
          if (progress > 0) await delay(50, undefined, { signal });
          reportProgress({ progress, total: 100 });
        }
        return { done: true };
      }),
      tool('test_trigger_tool_change', async () => {
        await changeTools();
        return { done: true };
      }),
      tool('test_extra', () => ({ done: true })),
      tool('test_custom_headers', () => ({ done: true }), {
        type: 'object',
        properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
      }),
      tool('json_schema_2020_12_tool', () => ({ done: true }), {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        type: 'object',
        $defs: {
          address: {
            $anchor: 'addressDef',
            type: 'object',
            properties: { street: { type: 'string' }, city: { type: 'string' } },
          },
        },
        properties: {
          name: { type: 'string' },
          address: { $ref: '#/$defs/address' },
          contactMethod: { type: 'string', enum: ['phone', 'email'] },
          phone: { type: 'string' },
          email: { type: 'string' },
        },
        allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
        if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['phone'] },
        else: { required: ['email'] },
        additionalProperties: false,
      }),
    ],
  };
}
