import {
  type CustomDefinitions,
  type CustomToolDefinition,
  type CustomToolEcho,
  type CustomToolkitEcho,
  JackfieldError,
  type JsonSchemaObject,
} from '@jackfield/contract';
import type { Catalog } from '../toolkits/catalog.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';

/** Stands in front of every tool that runs in the caller's process. */
export const localPrefix = 'LOCAL_';

/** So that names with further prefixes of frameworks still fit 64 characters (wire contract, section 6). */
const maxSlugLength = 60;

/** A tool that runs in the caller's process, under the slug that agents call it by. */
export interface CustomTool {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly inputSchema: JsonSchemaObject;
  readonly outputSchema: JsonSchemaObject | undefined;
  /** The toolkit that it belongs to or extends. */
  readonly toolkit: { readonly slug: string; readonly name: string };
  /** Listed, and not only found by search; absent: as the session has it. */
  readonly preload: boolean | undefined;
}

/** Custom definitions of one call, checked. */
export interface CustomTools {
  readonly tools: readonly CustomTool[];
  readonly echoes: { customTools?: CustomToolEcho[]; customToolkits?: CustomToolkitEcho[] };
}

const noCustomTools: CustomTools = { tools: [], echoes: {} };

/**
 * Names custom tools as agents will call them (wire contract, section 6): `LOCAL_<SLUG>`, or `LOCAL_<TOOLKIT>_<SLUG>`
 * for a tool that extends or belongs to a toolkit.
 *
 * @throws JackfieldError `INVALID_CUSTOM_TOOL`, `UNKNOWN_TOOLKIT` (for `extendsToolkit`)
 */
export function resolveCustomTools(
  definitions: CustomDefinitions | undefined,
  catalog: Catalog,
  metaToolPrefix: string,
): CustomTools {
  const { customTools, customToolkits } = definitions ?? {};
  if (customTools === undefined && customToolkits === undefined) return noCustomTools;
  const tools = new Map<string, CustomTool>();

  function add(
    definition: CustomToolDefinition,
    owner: { slug: string; name: string } | undefined,
    preload = definition.preload,
  ): string {
    checkSlug(definition.slug, 'tool', metaToolPrefix);
    const slug = `${localPrefix}${owner === undefined ? '' : `${owner.slug}_`}${definition.slug}`.toUpperCase();
    if (slug.length > maxSlugLength) {
      throw invalid(
        `The custom tool ${definition.slug} would be called ${slug}, which is ${slug.length} characters long.`,
        `Shorten its slug${owner === undefined ? '' : ' or that of its toolkit'} to stay within ${maxSlugLength}.`,
      );
    }
    if (tools.has(slug)) {
      throw invalid(`Two custom tools would both be called ${slug}.`, 'Give one of them another slug.');
    }
    if (definition.inputSchema.type !== 'object') {
      throw invalid(
        `The input schema of the custom tool ${definition.slug} does not have type "object" at its root.`,
        'Describe the arguments as an object; without arguments that is { "type": "object", "properties": {} }.',
      );
    }
    tools.set(slug, {
      slug,
      name: definition.name,
      description: definition.description,
      inputSchema: definition.inputSchema,
      outputSchema: definition.outputSchema,
      toolkit: owner === undefined ? { slug: 'local', name: 'Local' } : { slug: owner.slug, name: owner.name },
      preload,
    });
    return slug;
  }

  const unknown = (customTools ?? []).flatMap(({ extendsToolkit }) =>
    extendsToolkit !== undefined && !catalog.toolkits.has(extendsToolkit) ? [extendsToolkit] : [],
  );
  if (unknown.length > 0) throw unknownToolkit(unknown, catalog);

  const toolEchoes = customTools?.map((definition) => {
    const { extendsToolkit } = definition;
    const extended = extendsToolkit === undefined ? undefined : catalog.toolkits.get(extendsToolkit)?.toolkit;
    return {
      slug: add(definition, extended && { slug: extended.slug, name: extended.name }),
      originalSlug: definition.slug,
      ...(extendsToolkit === undefined ? {} : { extendsToolkit }),
    };
  });

  const toolkitSlugs = new Set<string>();
  const toolkitEchoes = customToolkits?.map((toolkit) => {
    checkSlug(toolkit.slug, 'toolkit', metaToolPrefix);
    if (catalog.toolkits.has(toolkit.slug.toLowerCase())) {
      throw invalid(
        `The custom toolkit ${toolkit.slug} has the name of a toolkit of this server.`,
        `Give it another slug, or make its tools custom tools that extend ${toolkit.slug.toLowerCase()}.`,
      );
    }
    if (toolkitSlugs.has(toolkit.slug.toUpperCase())) {
      throw invalid(`There are two custom toolkits ${toolkit.slug}.`, 'Give one of them another slug.');
    }
    toolkitSlugs.add(toolkit.slug.toUpperCase());
    return {
      slug: toolkit.slug,
      tools: toolkit.tools.map((tool) => ({
        slug: add(tool, toolkit, tool.preload ?? toolkit.preload),
        originalSlug: tool.slug,
      })),
    };
  });

  return {
    tools: [...tools.values()],
    echoes: {
      ...(toolEchoes === undefined ? {} : { customTools: toolEchoes }),
      ...(toolkitEchoes === undefined ? {} : { customToolkits: toolkitEchoes }),
    },
  };
}

function checkSlug(slug: string, kind: 'tool' | 'toolkit', metaToolPrefix: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(slug)) {
    throw invalid(
      `The slug ${JSON.stringify(slug)} of a custom ${kind} has characters that names of tools cannot have.`,
      'Use letters, digits, underscores and hyphens.',
    );
  }
  const reserved = [localPrefix, `${metaToolPrefix}_`].find((prefix) => slug.toUpperCase().startsWith(prefix));
  if (reserved !== undefined) {
    throw invalid(
      `The slug ${slug} of a custom ${kind} begins with ${reserved}, which is reserved.`,
      `Leave the prefix out; ${localPrefix} is put in front by itself.`,
    );
  }
}

function invalid(message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_CUSTOM_TOOL', { message, fix });
}
