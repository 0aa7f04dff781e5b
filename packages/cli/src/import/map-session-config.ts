import { type FoundConfig, isObject, type JsonObject } from './read-mentions.ts';

export interface MappedConfig {
  readonly file: string;
  /** For `sessions.create`. */
  readonly config: JsonObject;
  /** What is not as it was, for people. */
  readonly notes: readonly string[];
}

/** What is called otherwise in a program, or on the wire there. */
const renamedKeys: Readonly<Record<string, string>> = {
  auth_configs: 'authConfigs',
  connected_accounts: 'connectedAccounts',
  manage_connections: 'manageConnections',
  multi_account: 'multiAccount',
  workbench: 'sandbox',
};

const renamedInside: Readonly<Record<string, string>> = {
  enabled: 'enable',
  disabled: 'disable',
  waitForConnections: 'enableWaitForConnections',
};

const known = new Set([
  'toolkits',
  'tools',
  'tags',
  'manageConnections',
  'multiAccount',
  'preload',
  'sessionPreset',
  'mcp',
]);

/** A session config of there as one of here: other names, and a note for whatever is left out. */
export function mapSessionConfig(
  { file, config }: FoundConfig,
  toolkits: ReadonlyMap<string, string>,
  tools: ReadonlyMap<string, string>,
): MappedConfig {
  const mapped: Record<string, unknown> = {};
  const notes: string[] = [];

  function toolkitHere(slug: string): string[] {
    const here = toolkits.get(slug.toLowerCase());
    if (here === undefined) notes.push(`The toolkit ${slug} is left out: there is none here.`);
    return here === undefined ? [] : [here];
  }
  function toolHere(slug: string): string[] {
    const here = tools.get(slug);
    if (here === undefined) notes.push(`The tool ${slug} is left out: there is none here of that name.`);
    return here === undefined ? [] : [here];
  }
  /** Lists of slugs, wherever they stand in a filter. */
  function slugs(value: unknown, here: (slug: string) => string[]): unknown {
    if (Array.isArray(value)) return value.flatMap((slug) => (typeof slug === 'string' ? here(slug) : []));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, list]) => [key, key === 'tags' ? list : slugs(list, here)]),
    );
  }

  for (const [given, value] of Object.entries(config)) {
    const key = renamedKeys[given] ?? given;
    const inside = recased(value);
    if (key === 'user_id' || key === 'search' || key === 'execute') continue;
    if (key === 'authConfigs' || key === 'connectedAccounts') {
      if (isObject(value) && Object.keys(value).length > 0) {
        notes.push(
          `${key} is left out: its ids are those of another server. Make the auth configs here, and let users connect.`,
        );
      }
    } else if (key === 'sandbox') {
      if (value === true || (isObject(inside) && inside.enable === true))
        notes.push('sandbox is left out: nothing here runs code.');
    } else if (key === 'toolkits') {
      mapped.toolkits = slugs(inside, toolkitHere);
    } else if (key === 'tools' && isObject(inside)) {
      mapped.tools = Object.fromEntries(
        Object.entries(inside).flatMap(([slug, filter]) =>
          toolkitHere(slug).map((here) => {
            const filtered = slugs(filter, toolHere);
            if (allowsNothing(filtered) && !allowsNothing(filter)) {
              notes.push(`Nothing is left of the tools of ${here}, so that none could run: name those that are meant.`);
            }
            return [here, filtered];
          }),
        ),
      );
    } else if (key === 'preload' && isObject(inside)) {
      mapped.preload = { tools: slugs(inside.tools, toolHere) };
    } else if (key === 'experimental') {
      const names = isObject(value) ? Object.keys(value) : [];
      if (names.length > 0)
        notes.push(
          `experimental (${names.join(', ')}) is left out: custom tools stay in the program, made with \`createTool\`.`,
        );
    } else if (known.has(key)) {
      mapped[key] = inside;
    } else {
      notes.push(`${given} is left out: it means nothing here.`);
    }
  }
  return { file, config: mapped, notes: [...new Set(notes)] };
}

function allowsNothing(filter: unknown): boolean {
  const enabled = isObject(filter) ? filter.enable : filter;
  return Array.isArray(enabled) && enabled.length === 0;
}

/** Keys in camel case, and by the names that they have here. Those of records of toolkits are in lower case already. */
function recased(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => {
        const camel = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
        return [
          renamedInside[camel] ?? (isObject(inner) || Array.isArray(inner) ? (renamedInside[key] ?? key) : camel),
          recased(inner),
        ];
      }),
  );
}
