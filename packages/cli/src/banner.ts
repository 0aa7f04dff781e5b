import type { LoadedToolkit } from './load-toolkits.ts';

export interface BannerFacts {
  readonly version: string;
  readonly url: string;
  readonly toolkits: readonly LoadedToolkit[];
  /** Toolkits of the catalogue; undefined without it. */
  readonly inCatalog: number | undefined;
  readonly store: string;
  /** Set when it was made just now. */
  readonly newKey: string | undefined;
  readonly warnings: readonly string[];
}

/** What people see when a server starts. */
export function banner({ version, url, toolkits, inCatalog, store, newKey, warnings }: BannerFacts): string {
  const own = toolkits.map(({ slug, tools, isLive, location }) => {
    const state = isLive === true ? 'MCP server' : tools === undefined ? 'not loaded' : `${tools} tools`;
    return `${slug}  ${state}  ${location}`;
  });
  if (inCatalog !== undefined) own.push(`${inCatalog} of the catalogue (--catalog, --no-catalog)`);
  const [first = 'none: give some with --toolkit, --toolkit-url or --mcp', ...others] = own;
  const lines: [string, string][] = [
    ['URL', url],
    ['Toolkits', first],
    ...others.map((other): [string, string] => ['', other]),
    ['Data', store],
  ];
  if (newKey !== undefined) {
    lines.push(['API key', newKey], ['', 'shown this once; `jackfield keys create` makes others']);
  }
  for (const warning of [...toolkits.flatMap((toolkit) => toolkit.warnings), ...warnings]) {
    lines.push(['Warning', warning]);
  }
  return `Jackfield ${version}\n\n${lines.map(([label, text]) => `  ${label.padEnd(10)}${text}\n`).join('')}\n`;
}
