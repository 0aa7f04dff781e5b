/** Where the compiled toolkits are, seen from `src` as from `dist`. */
export const dataFolder: URL = new URL('../dist/data/', import.meta.url);

export const indexFile = 'index.json.br';

/** Name of a toolkit's file; of an older version's if one is named. */
export function fileOf(slug: string, version?: string): string {
  return version === undefined ? `${slug}.bin` : `${slug}@${version.replace(/[^\w.-]+/g, '_')}.bin`;
}
