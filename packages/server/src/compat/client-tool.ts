import type { ToolItem } from '@jackfield/contract';
import { toClientSchema } from './client-schema.ts';
import type { WireObject } from './wire-object.ts';

/** By the items of the engine, which are frozen and shared between sessions. */
const made = new WeakMap<ToolItem, WireObject>();

/** A tool in the words of existing clients, and with nothing in it that they stumble over. */
export function toClientTool(item: ToolItem): WireObject {
  let tool = made.get(item);
  if (tool === undefined) {
    tool = {
      slug: item.slug,
      name: item.name,
      description: item.description,
      input_parameters: toClientSchema(item.inputParameters),
      ...(item.outputParameters === undefined ? {} : { output_parameters: toClientSchema(item.outputParameters) }),
      tags: item.tags,
      toolkit: {
        slug: item.toolkit.slug,
        // One client throws all tools away over an empty name.
        name: item.toolkit.name.trim() === '' ? item.toolkit.slug : item.toolkit.name,
        ...(item.toolkit.logo === undefined ? {} : { logo: item.toolkit.logo }),
      },
      version: item.version,
      available_versions: item.availableVersions,
      scopes: item.scopes,
      no_auth: item.noAuth,
      is_deprecated: item.isDeprecated,
      deprecated: { is_deprecated: item.isDeprecated },
    };
    made.set(item, tool);
  }
  return tool;
}
